// The first frames after a start of a Raspberry Pi's camera: exposure and white balance have not settled yet.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { buildInDebian13, buildTimeoutMs } from '../helpers/debian13.js';
import { PlayedPi } from '../helpers/played-pi.js';
import { until } from '../helpers/processes.js';
import { goFirst } from '../helpers/two-cameras.js';

const startupFrames = 7;
const kinds = ['mark', 'withhold'] as const;

before(
  async () => {
    goFirst();
    await buildInDebian13();
  },
  { timeout: buildTimeoutMs },
);

describe(
  'a camera of 1 frame/s starts, however it keeps its first seven frames back',
  { concurrency: true },
  () => {
    for (const kind of kinds) {
      test(kind, { timeout: 60_000 }, async (context) => {
        const pi = { PI_LIKE_DEVICE: '1', PI_LIKE_STARTUP: kind };
        const streamer = await PlayedPi.start(context, { fps: 1, bars: true, pi });
        const startMs = await streamer.streaming();
        context.diagnostic(`first frame ${startMs.toFixed(0)} ms after the start`);
        assert.ok(startMs > 7000 && startMs < 10_000, `${String(startMs)} ms`);
        await streamer.watch.framesMore(1);
        const { restarts, dropped, startupFrames: marked } = await streamer.stop();
        assert.deepEqual([restarts, dropped['sourceFailed'], dropped['source']], [0, undefined, undefined]);
        assert.equal(marked, kind === 'mark' ? startupFrames : undefined);
      });
    }
  },
);

for (const kind of kinds) {
  test(`a camera of 30 frames/s starts at once: ${kind}`, { timeout: 60_000 }, async (context) => {
    const pi = { PI_LIKE_DEVICE: '30', PI_LIKE_STARTUP: kind };
    const streamer = await PlayedPi.start(context, { bars: true, pi });
    const startMs = await streamer.streaming();
    context.diagnostic(`first frame ${startMs.toFixed(0)} ms after the start`);
    assert.ok(startMs < 2000, `${String(startMs)} ms`);
    await streamer.watch.framesMore(60);
    const { restarts, dropped } = await streamer.stop();
    assert.deepEqual([restarts, dropped['sourceFailed']], [0, undefined]);
  });
}

test(
  'marked frames are counted apart at each start, and frames that are lost after them are counted as ever',
  { timeout: 60_000 },
  async (context) => {
    const pi = { PI_LIKE_SENSOR: 'imx708', PI_LIKE_STARTUP: 'mark' };
    const streamer = await PlayedPi.start(context, { pi });
    await streamer.streaming();
    await streamer.watch.framesMore(60);
    await until('statistics', () => streamer.report().startupFrames === startupFrames);
    const lostBefore = streamer.report().dropped['source'] ?? 0;
    assert.ok(lostBefore < startupFrames, `${String(lostBefore)} frames lost`);

    streamer.faults.set({ fault: 'slow=200' });
    await streamer.watch.framesMore(5);
    streamer.faults.set();
    // Each took six frame times more than its own.
    await until(
      'the loss to be counted',
      () => (streamer.report().dropped['source'] ?? 0) >= lostBefore + 20,
    );

    streamer.faults.set({ fault: 'stall' });
    await streamer.line('the stall', ({ state }) => state === 'stalled');
    streamer.faults.set();
    await until('the second start', () => streamer.report().startupFrames === 2 * startupFrames);
    assert.equal(await startupFramesMetric(streamer), 2 * startupFrames);
    const { dropped, startupFrames: marked } = await streamer.stop();
    assert.deepEqual([marked, dropped['sourceFailed']], [2 * startupFrames, undefined]);
  },
);

async function startupFramesMetric(streamer: PlayedPi): Promise<number> {
  const metrics = await (await fetch(`${await streamer.url()}/metrics`)).text();
  const found = /^pi_camera_streamer_source_startup_frames_total\{camera="camera1"\} (\d+)$/m.exec(metrics);
  return Number(found?.[1]);
}

test(
  'a time-out of the front end returns all requests at once, also those under way',
  { timeout: 60_000 },
  async (context) => {
    const streamer = await PlayedPi.start(context, { fps: 1, bars: true, pi: { PI_LIKE_DEVICE: '1' } });
    await streamer.streaming();
    const beganMs = performance.now();
    streamer.faults.set({ fault: 'cancel' });
    await streamer.line('the failure', ({ msg }) => msg.includes('was given up by libcamera'));
    // Frame by frame, six requests would take six seconds.
    const tookMs = performance.now() - beganMs;
    assert.ok(tookMs < 900, `${tookMs.toFixed(0)} ms`);
    streamer.faults.set();
    await streamer.watch.framesMore(1);
  },
);
