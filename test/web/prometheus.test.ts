// What deploy/ brings, against the real Prometheus.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { test, type TestContext } from 'node:test';
import { openReceiver } from '../../lib/index.js';
import { projectRoot } from '../helpers/debian13.js';
import { freeRtpPort } from '../helpers/ports.js';
import { runToEnd, until } from '../helpers/processes.js';
import { Prometheus } from '../helpers/prometheus.js';
import { WebStreamer } from '../helpers/web-streamer.js';
import { familiesOf } from '../metrics/scraped.js';

const deployed = (name: string): string => path.join(projectRoot, 'deploy', name);

/** Two cameras, of which one keeps to a bitrate, with a receiver each that reports back. */
async function startReceived(context: TestContext): Promise<WebStreamer> {
  const cameras: string[] = [];
  for (const name of ['camera1', 'camera2']) {
    const port = await freeRtpPort();
    const receiver = await openReceiver({ address: '127.0.0.1', port });
    context.after(() => receiver.close());
    receiver.on('frame', () => undefined);
    const bound = name === 'camera1' ? 'max_bitrate_kbps = 20000' : '';
    cameras.push(
      `[${name}]\ndevice = "test"\nwidth = 320\nheight = 240`,
      `[mjpeg-rtp.${name}]\ndest_host = "127.0.0.1"\ndest_port = ${String(port)}\n${bound}`,
    );
  }
  return WebStreamer.start(context, '', cameras.join('\n'));
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

function readDashboard(): Dashboard {
  return JSON.parse(readFileSync(deployed('grafana-dashboard.json'), 'utf8')) as Dashboard;
}

/** An expression as Grafana sends it when all streamers and cameras are chosen. */
function withVariables(expression: string): string {
  const text = expression
    .replaceAll('$__rate_interval', '4s')
    .replaceAll('$instance', '.*')
    .replaceAll('$camera', '.*');
  assert.ok(!text.includes('$'), `${text}: there is a variable that the test does not know`);
  return text;
}

test('promtool has nothing to object to', async (context) => {
  const streamer = await startReceived(context);
  const text = await (await fetch(`${streamer.url}/metrics`)).text();
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
  assert.match(await runToEnd('promtool', ['check', 'rules', deployed('prometheus-alerts.yml')]), /SUCCESS/);
  assert.match(await runToEnd('promtool', ['check', 'config', deployed('prometheus.yml')]), /SUCCESS/);
});

test('each expression of the dashboard has data, and each alert can be evaluated', async (context) => {
  const streamer = await startReceived(context);
  const prometheus = await Prometheus.start(context, new URL(streamer.url).host);
  const expressions = readDashboard().panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ title, expression: withVariables(expr) })),
  );
  assert.ok(expressions.length > 25, String(expressions.length));
  const empty = async () => {
    const counts = await Promise.all(
      expressions.map(async ({ title, expression }) => ({
        name: `${title}: ${expression}`,
        series: await prometheus.seriesOf(expression),
      })),
    );
    return counts.filter(({ series }) => series === 0).map(({ name }) => name);
  };
  // A round trip is known when a receiver has answered a report, of which there is one in about five seconds.
  let missing: string[] = [];
  await until('all panels', async () => (missing = await empty()).length === 0, 25_000).catch(
    () => undefined,
  );
  assert.deepEqual(missing, []);
  let rules = await prometheus.rules();
  await until('all alerts', async () => {
    rules = await prometheus.rules();
    return rules.every(({ health }) => health !== 'unknown');
  });
  assert.ok(rules.length >= 8, String(rules.length));
  assert.deepEqual(
    rules.filter(({ health }) => health !== 'ok'),
    [],
  );
  // All is well, so that none of them fires.
  assert.deepEqual(
    rules.filter(({ state }) => state === 'firing').map(({ name }) => name),
    [],
  );
});

test('each metric that dashboard and alerts name is there', async (context) => {
  const streamer = await startReceived(context);
  const families = familiesOf(await (await fetch(`${streamer.url}/metrics`)).text());
  const { panels, templating } = readDashboard();
  const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const variables = templating.list.map(({ definition = '' }) => definition);
  const alerts = readFileSync(deployed('prometheus-alerts.yml'), 'utf8');
  const text = [...queries, ...variables, alerts].join('\n');
  const names = [...text.matchAll(/\b(pi_camera_streamer|process|nodejs)_\w+/g)].map(([name]) => name);
  const unknown = names.filter(
    (name) => !families.has(name) && !families.has(name.replace(/_(bucket|sum|count)$/, '')),
  );
  assert.deepEqual(unknown, []);
});

test('a camera that somebody has stopped is pending as not streaming', async (context) => {
  const streamer = await startReceived(context);
  const prometheus = await Prometheus.start(context, new URL(streamer.url).host);
  await streamer.send('POST', '/api/cameras/camera2/stop');
  await until('the alert', async () => {
    const rules = await prometheus.rules();
    return rules.some(({ name, state }) => name === 'CameraNotStreaming' && state === 'pending');
  });
});
