import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { PeerClient } from '../helpers/peer-client.js';
import { freeRtpPort } from '../helpers/ports.js';
import { start, until } from '../helpers/processes.js';
import { twoPatterns, WebRtcStreamer } from '../helpers/webrtc-streamer.js';

/** What a process has open, and how much of the machine it takes. */
function resourcesOf(pid: number): {
  descriptors: number;
  threads: number;
  residentMb: number;
  cpuMs: number;
} {
  const descriptors = readdirSync(`/proc/${String(pid)}/fd`).length;
  const threads = readdirSync(`/proc/${String(pid)}/task`).length;
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const residentMb = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  const fields = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return { descriptors, threads, residentMb, cpuMs: 10 * (Number(fields[11]) + Number(fields[12])) };
}

function pidOf({ process }: WebRtcStreamer): number {
  return process.child.pid ?? NaN;
}

async function untilViewers(streamer: WebRtcStreamer, camera: string, count: number): Promise<void> {
  await until(`${String(count)} viewers`, async () => (await streamer.viewers(camera)) === count);
}

test('the fifth viewer is refused with a reason, and gets in when one leaves', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns());
  const url = streamer.whepUrl('camera1');
  const four = await Promise.all([1, 2, 3, 4].map(() => PeerClient.join(url, context)));
  assert.ok(four.every(({ isConnected }) => isConnected));
  const { refusal } = await PeerClient.join(url, context);
  assert.equal(refusal?.status, 503);
  assert.match(refusal.body, /camera1 has 4 viewers, as many as max_clients in \[webrtc\] allows/);
  assert.match(refusal.body, /ERR_WEBRTC_FULL/);
  assert.equal(
    (await PeerClient.join(streamer.whepUrl('camera2'), context)).refusal,
    undefined,
    'cameras count apart',
  );
  assert.equal(await four[0]?.leave(), 200);
  assert.equal((await PeerClient.join(url, context)).refusal, undefined);
});

test('who leaves is gone at once, by DELETE or by ending the connection; who vanishes after timeout', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns({ more: 'timeout = 3000' }));
  const url = streamer.whepUrl('camera1');
  const [byDelete, byHangUp] = await Promise.all([
    PeerClient.join(url, context),
    PeerClient.join(url, context),
  ]);
  await untilViewers(streamer, 'camera1', 2);
  await byDelete.leave();
  assert.equal(await streamer.viewers('camera1'), 1);
  byHangUp.hangUp();
  await untilViewers(streamer, 'camera1', 0);

  const other = start(process.execPath, ['--import', 'tsx', 'test/helpers/peer-client.ts', url]);
  await until('another process watches', () => other.stdout().includes('watching'));
  assert.equal(await streamer.viewers('camera1'), 1);
  other.child.kill('SIGKILL');
  const killedMs = performance.now();
  await sleep(1500);
  assert.equal(await streamer.viewers('camera1'), 1, 'not before its time');
  await untilViewers(streamer, 'camera1', 0);
  assert.ok(performance.now() - killedMs < 6000);
});

test('a viewer stays while its camera is stopped, and sees it again', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns({ more: 'timeout = 2000' }));
  const viewer = await PeerClient.join(streamer.whepUrl('camera1'), context);
  const post = (action: string): Promise<Response> =>
    fetch(`${streamer.url}/api/cameras/camera1/${action}`, { method: 'POST' });
  await (await post('stop')).text();
  await sleep(4000);
  const { packets } = viewer;
  await (await post('start')).text();
  await until('video again', () => viewer.packets > packets + 20);
  assert.ok(viewer.isConnected);
});

test('200 viewers come and go: no descriptor, thread or memory stays behind', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns());
  const comeAndGo = async (times: number): Promise<void> => {
    for (let i = 0; i < times / 4; i++) {
      const viewers = await Promise.all(
        [1, 2, 3, 4].map(() => PeerClient.join(streamer.whepUrl('camera1'), context)),
      );
      await Promise.all(viewers.map((viewer) => viewer.leave()));
      await untilViewers(streamer, 'camera1', 0);
    }
    await sleep(1000);
  };
  await comeAndGo(120); // until malloc has its arenas
  const before = resourcesOf(pidOf(streamer));
  await comeAndGo(200);
  const after = resourcesOf(pidOf(streamer));
  const figures = JSON.stringify({ before, after });
  context.diagnostic(figures);
  assert.ok(after.descriptors <= before.descriptors + 2, figures + openFiles(pidOf(streamer)));
  assert.ok(after.threads <= before.threads, figures);
  assert.ok(after.residentMb < before.residentMb + 25, figures);
});

function openFiles(pid: number): string {
  const folder = `/proc/${String(pid)}/fd`;
  return readdirSync(folder)
    .map((name) => {
      try {
        return readlinkSync(`${folder}/${name}`);
      } catch {
        return 'gone';
      }
    })
    .join(' ');
}

/** Percent of a core, over some seconds. */
async function load(streamer: WebRtcStreamer, seconds: number): Promise<number> {
  const before = resourcesOf(pidOf(streamer)).cpuMs;
  await sleep(seconds * 1000);
  return (resourcesOf(pidOf(streamer)).cpuMs - before) / 10 / seconds;
}

test('video leaves from the address and the ports that a firewall lets through', async (context) => {
  const first = await freeRtpPort();
  const more = `bind_address = "127.0.0.1"\nudp_ports = "${String(first)}-${String(first + 20)}"`;
  const streamer = await WebRtcStreamer.start(context, twoPatterns({ more }));
  const viewers = await Promise.all(
    streamer.cameras.map((camera) => PeerClient.join(streamer.whepUrl(camera), context)),
  );
  const candidates = viewers.flatMap(({ answerSdp }) =>
    Array.from(answerSdp.matchAll(/^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host/gim)),
  );
  assert.ok(candidates.length >= 2);
  for (const [line, address, port] of candidates) {
    assert.equal(address, '127.0.0.1', line);
    assert.ok(Number(port) >= first && Number(port) <= first + 20, line);
  }
});

interface VideoFigures {
  readonly viewers: number;
  readonly fps: number;
  readonly bitrateKbps: number;
  readonly latencyMs: number;
}

test('statistics, metrics and the log tell of viewers', async (context) => {
  const streamer = await WebRtcStreamer.start(
    context,
    `${twoPatterns()}[mjpeg-rtp]\nstats_interval_seconds = 1\n`,
  );
  await PeerClient.join(streamer.whepUrl('camera1'), context);
  const figures = async (camera: string): Promise<VideoFigures | undefined> => {
    interface Answer {
      statistics: { cameras: Record<string, { video?: VideoFigures }> };
    }
    return (await streamer.get<Answer>('/api/stats')).statistics.cameras[camera]?.video;
  };
  await until('30 frames a second', async () => ((await figures('camera1'))?.fps ?? 0) > 28);
  const { viewers, bitrateKbps = 0, latencyMs = 0 } = (await figures('camera1')) ?? {};
  assert.equal(viewers, 1);
  assert.ok(bitrateKbps > 100 && bitrateKbps < 2500, String(bitrateKbps));
  assert.ok(latencyMs > 0 && latencyMs < 33, String(latencyMs));
  assert.deepEqual([(await figures('camera2'))?.viewers, (await figures('camera2'))?.fps], [0, 0]);
  const metrics = await (await fetch(`${streamer.url}/metrics`)).text();
  assert.match(metrics, /webrtc_viewers\{camera="camera1"\} 1\n/);
  assert.match(metrics, /video_frames_total\{camera="camera2",encoder="software"\} 0\n/);
  await until('a line of the log', () =>
    streamer.process
      .stderr()
      .split('\n')
      .filter((line) => line.includes('"video":{"viewers":1,"fps":3'))
      .join('\n')
      .includes('"msg":"statistics"'),
  );
});

test('nothing is encoded while nobody watches', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns({ width: 1280, height: 720 }));
  await sleep(1000);
  const idle = await load(streamer, 3);
  const viewers = await Promise.all(
    streamer.cameras.map((camera) => PeerClient.join(streamer.whepUrl(camera), context)),
  );
  const watched = await load(streamer, 3);
  await Promise.all(viewers.map((viewer) => viewer.leave()));
  await sleep(500);
  const afterwards = await load(streamer, 3);
  const figures = `idle ${idle.toFixed(1)} %, watched ${watched.toFixed(1)} %, afterwards ${afterwards.toFixed(1)} %`;
  context.diagnostic(figures);
  assert.ok(watched > 2 * idle, figures);
  assert.ok(afterwards < idle + 0.25 * (watched - idle), figures);
});
