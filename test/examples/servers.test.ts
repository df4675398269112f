// The examples that answer by HTTP.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { openReceiver } from '../../lib/index.js';
import { freeRtpPort } from '../helpers/ports.js';
import { runToEnd, until, type RunningProcess } from '../helpers/processes.js';
import { temporaryFolder } from '../helpers/streamer.js';
import { familiesOf, samplesOf } from '../metrics/scraped.js';
import { markOf } from './pictures.js';
import { interrupt, startExample, timeoutMs } from './run-example.js';

const timeout = { timeout: timeoutMs };

/** Waits for the address that it prints, which is all that it does. */
async function addressOf(running: RunningProcess): Promise<string> {
  await until('the address', () => {
    assert.equal(running.child.exitCode, null, running.stderr());
    return running.stdout().includes('\n');
  });
  return running.stdout().trim();
}

test('web-embedding shows the camera to a browser, and to FFmpeg', timeout, async (context) => {
  const folder = temporaryFolder(context);
  const running = startExample(context, 'web-embedding.mjs', ['--port', '0']);
  const url = await addressOf(running);

  const page = await (await fetch(url)).text();
  const [, image = ''] = /<img src="([^"]+)"/.exec(page) ?? [];
  const pictures = ['-frames:v', '10', '-c', 'copy', path.join(folder, '%02d.jpg')];
  await runToEnd('ffmpeg', [
    '-nostdin',
    '-loglevel',
    'error',
    '-f',
    'mpjpeg',
    '-i',
    url + image,
    ...pictures,
  ]);
  const files = readdirSync(folder).sort();
  assert.equal(files.length, 10);
  const streamed = await Promise.all(files.map((file) => markOf(path.join(folder, file))));
  streamed.reduce((before, mark) => {
    assert.ok(mark.sequence > before.sequence);
    return mark;
  });

  const response = await fetch(`${url}/snapshot.jpg`);
  assert.equal(response.headers.get('content-type'), 'image/jpeg');
  const snapshot = await markOf(Buffer.from(await response.arrayBuffer()));
  assert.ok(snapshot.sequence > (streamed.at(-1)?.sequence ?? Infinity));

  // A client that is connected, and does not read, is let go.
  const watching = await fetch(url + image);
  await interrupt(running);
  await watching.body?.cancel().catch(() => undefined);
});

test("prometheus exports the camera's figures", timeout, async (context) => {
  const port = await freeRtpPort();
  const receiver = await openReceiver({ address: '127.0.0.1', port });
  context.after(() => receiver.close());
  let received = 0;
  const beganMs = performance.now();
  receiver.on('frame', () => (received += 1));
  const args = ['--port', '0', '--to', `127.0.0.1:${String(port)}`];
  const running = startExample(context, 'prometheus.mjs', args);
  const url = await addressOf(running);
  await until('30 frames', () => received >= 30);

  const before = received;
  const text = await (await fetch(url)).text();
  const samples = samplesOf(text);
  const sample = (name: string): number => samples.get(name) ?? Number.NaN;
  assert.ok(sample('camera_frames_sent_total') >= before, text);
  assert.ok(sample('camera_frames_encoded_total') >= sample('camera_frames_sent_total'), text);
  assert.ok(sample('camera_frames_captured_total') >= sample('camera_frames_encoded_total'), text);
  assert.equal(sample('camera_streaming'), 1);
  assert.equal(sample('camera_restarts_total'), 0);
  assert.equal(familiesOf(text).get('camera_frames_sent_total'), 'counter');
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);

  // However often it is asked, nothing is counted twice: there are no more frames than there was time for.
  let sent = 0;
  for (let i = 0; i < 10; i++)
    sent = samplesOf(await (await fetch(url)).text()).get('camera_frames_sent_total') ?? Number.NaN;
  const seconds = (performance.now() - beganMs) / 1000;
  assert.ok(sent <= 30 * seconds + 2, `${String(sent)} frames in ${String(seconds)} s`);
  await interrupt(running);
});
