// What befalls the whole process: nothing of it ends the process, and soon after its end both cameras stream.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { before, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildInDebian13, buildTimeoutMs } from '../helpers/debian13.js';
import { freeRtpPort } from '../helpers/ports.js';
import { runToEnd, start, until } from '../helpers/processes.js';
import { monotonicMs } from '../helpers/stream-watch.js';
import { FaultyStreamer, onFirstCamera, watchdogMs, type StreamerOptions } from './faulty-streamer.js';
import { inFull } from '../helpers/full.js';
import { SmallDisk } from './small-disk.js';

before(buildInDebian13, { timeout: buildTimeoutMs });

const recoveryLimitMs = 2000;
/** With what a timer may be late. */
const hangLimitMs = 2000 + 100;
/** From the message to the end, watchdog's ticks of a quarter of a second included. */
const exitLimitMs = 1500;

async function startStreamer(context: TestContext, options?: StreamerOptions): Promise<FaultyStreamer> {
  const streamer = await FaultyStreamer.start(options);
  context.after(() => streamer.stop());
  return streamer;
}

/** @param end - ends the fault */
async function assertBothRecover(
  context: TestContext,
  streamer: FaultyStreamer,
  end: () => Promise<unknown> | undefined,
): Promise<void> {
  streamer.assertRunning();
  await end();
  const endMs = monotonicMs();
  const recoveriesMs = await Promise.all(
    streamer.watches.map((watch) => watch.firstFrameAfter(endMs, 20_000)),
  );
  const text = recoveriesMs.map((recoveryMs) => recoveryMs.toFixed(0)).join(' and ');
  context.diagnostic(`first frames ${text} ms after the end`);
  assert.ok(Math.max(...recoveriesMs) < recoveryLimitMs, text);
  await Promise.all(streamer.watches.map((watch) => watch.framesMore(30, 3000)));
  await streamer.assertAsAtTheStart();
}

test('no descriptor is left while a camera is plugged in again', { timeout: 60_000 }, async (context) => {
  const streamer = await startStreamer(context);
  const { descriptors } = streamer.figures();
  const limit = async (soft: number): Promise<void> => {
    await runToEnd('prlimit', ['--pid', String(streamer.processId), `--nofile=${String(soft)}:`]);
  };
  await limit(descriptors);
  streamer.faults.set(...onFirstCamera('unplug'));
  await sleep(500);
  // What the camera has let go of is used up, too.
  await limit(streamer.figures().descriptors);
  streamer.faults.set();
  await sleep(2000);
  await assertBothRecover(context, streamer, () => limit(4096));
});

test('the disk is full that the log and saved settings go to', { timeout: 60_000 }, async (context) => {
  const disk = new SmallDisk();
  const webPort = String(await freeRtpPort()); // it can't be read from the log
  const args = ['-mode', 'mjpeg-rtp', '--web-port', webPort];
  const streamer = await startStreamer(context, { disk, args });
  const closing = { connection: 'close' }; // what is kept alive is a descriptor
  const save = async (): Promise<number> =>
    (await fetch(`http://127.0.0.1:${webPort}/api/config/save`, { method: 'POST', headers: closing })).status;
  disk.fill(streamer.processId);
  const patch = {
    method: 'PATCH',
    headers: { ...closing, 'content-type': 'application/json' },
    body: '{"quality":70}',
  };
  const url = `http://127.0.0.1:${webPort}/api/cameras/camera1/settings`;
  assert.equal((await fetch(url, patch)).status, 200);
  streamer.faults.set(...onFirstCamera('stall')); // there is something to tell
  await sleep(300);
  streamer.faults.set();
  await sleep(2500);
  assert.ok((await save()) >= 400, 'it is said that nothing has been saved');
  await assertBothRecover(context, streamer, () => {
    disk.empty(streamer.processId);
    return undefined;
  });
  assert.equal(await save(), 200);
});

test('memory comes near its bound', { timeout: 60_000 }, async (context) => {
  const streamer = await startStreamer(context, {
    nodeOptions: ['--import', path.join(import.meta.dirname, 'memory-hog.mjs')],
    sections: '[limits]\nmax_memory_usage_mb = 400\n',
  });
  streamer.process.child.kill('SIGUSR2');
  const isSaid = (text: string) => (): boolean => streamer.log().some(({ msg }) => msg.includes(text));
  await until('less to be streamed', isSaid('every second JPEG is left out'));
  const halves = streamer.watches.map((watch) => watch.mark());
  await sleep(1000);
  for (const [i, watch] of streamer.watches.entries()) {
    assert.ok(halves[i]);
    const { frames } = watch.passageSince(halves[i]);
    assert.ok(frames > 10 && frames < 20, `${String(frames)} frames in a second`);
  }
  await assertBothRecover(context, streamer, () => {
    streamer.process.child.kill('SIGUSR2');
    return undefined;
  });
  const wholes = streamer.watches.map((watch) => watch.mark());
  await Promise.all(streamer.watches.map((watch) => watch.framesMore(30)));
  for (const [i, watch] of streamer.watches.entries()) {
    assert.ok(wholes[i]);
    const { gaps } = watch.passageSince(wholes[i]);
    assert.ok(gaps.length < 10, `${String(gaps.length)} frames of 30 were left out`);
  }
});

for (const aheadS of [-3600, 3600]) {
  test(`the wall clock is set by ${String(aheadS)} s`, { timeout: 60_000 }, async (context) => {
    const streamer = await startStreamer(context);
    const marks = streamer.watches.map((watch) => watch.mark());
    const streamsGoBy = (seconds: number): Promise<unknown> =>
      Promise.all(
        streamer.watches.map((watch) =>
          until(
            `capture times by a clock that is ${String(seconds)} s ahead`,
            () => Math.abs((watch.last?.captureUnixUs ?? 0) / 1e6 - Date.now() / 1e3 - seconds) < 1,
            3000, // a report comes every second, and a half
          ),
        ),
      );
    await streamsGoBy(0);
    streamer.faults.set({ fault: `wall-clock=${String(aheadS)}` });
    await streamsGoBy(aheadS);
    streamer.faults.set();
    await streamsGoBy(0);
    for (const [i, watch] of streamer.watches.entries()) {
      assert.ok(marks[i]);
      const { gaps, backwardSteps, damagedFrames, packetsLost } = watch.passageSince(marks[i]);
      assert.ok(Math.max(0, ...gaps) < 5, gaps.join(', '));
      assert.deepEqual([backwardSteps, damagedFrames, packetsLost], [0, 0, 0]);
    }
    await streamer.assertAsAtTheStart();
  });
}

inFull('nobody reads the log any more', { timeout: 60_000 }, async (context) => {
  const streamer = await startStreamer(context);
  await assertBothRecover(context, streamer, () => {
    streamer.process.child.stderr?.destroy();
    return sleep(2500);
  });
});

inFull('the process stands still for 3 s', { timeout: 60_000 }, async (context) => {
  const streamer = await startStreamer(context);
  streamer.process.child.kill('SIGSTOP');
  await sleep(3000);
  await assertBothRecover(context, streamer, () => {
    streamer.process.child.kill('SIGCONT');
    return undefined;
  });
});

test('each JPEG takes a third of a second', { timeout: 60_000 }, async (context) => {
  const streamer = await startStreamer(context);
  streamer.faults.set({ fault: 'slow-encoder=333' });
  await sleep(3000);
  await assertBothRecover(context, streamer, () => {
    streamer.faults.set();
    return undefined;
  });
});

inFull('its threads get no processor', { timeout: 60_000 }, async (context) => {
  const streamer = await startStreamer(context);
  const folder = `/proc/${String(streamer.processId)}/task`;
  const schedule = (policy: string): Promise<unknown> =>
    Promise.all(readdirSync(folder).map((id) => runToEnd('chrt', [policy, '--pid', '0', id])));
  // More than there are processors, and all ahead of it.
  const spinners = Array.from({ length: 4 }, () =>
    start('timeout', ['20', process.execPath, '-e', 'for (;;);']),
  );
  await schedule('--idle');
  await sleep(3000);
  await assertBothRecover(context, streamer, async () => {
    for (const { child } of spinners) child.kill();
    await schedule('--other');
  });
});

for (const way of ['throws', 'takes all of the JavaScript thread', 'keeps every frame']) {
  inFull(`a consumer of the API ${way}`, { timeout: 60_000 }, async (context) => {
    const file = path.join(import.meta.dirname, 'api-program.mjs');
    const streamer = await startStreamer(context, {
      program: (ports) => [file, ...ports.map(String), way],
    });
    const other = streamer.watches[1].mark();
    streamer.process.child.kill('SIGUSR2');
    await sleep(3000); // so long it lasts
    if (way !== 'takes all of the JavaScript thread')
      assert.deepEqual(streamer.watches[1].passageSince(other).gaps, [], 'the other camera');
    await assertBothRecover(context, streamer, () => undefined);
  });
}

test('libcamera hangs in stop: the process ends with the reason', { timeout: 60_000 }, async (context) => {
  const streamer = await startStreamer(context);
  streamer.faults.set(...onFirstCamera('stop-hang', 'stall'));
  const beganMs = monotonicMs();
  const code = await Promise.race([streamer.process.exited, sleep(15_000, undefined)]);
  const tookMs = monotonicMs() - beganMs;
  if (code === undefined) streamer.process.child.kill('SIGKILL');
  assert.equal(code, 1, streamer.process.stderr());
  const log = streamer.log();
  const stall = log.find((line) => line.code === 'ERR_CAMERA_STALLED');
  const hang = log.find((line) => line.code === 'ERR_CAMERA_HUNG');
  assert.ok(stall && hang, streamer.process.stderr());
  const detectedMs = Date.parse(hang.time) - Date.parse(stall.time);
  context.diagnostic(
    `noticed ${detectedMs.toFixed(0)} ms after stop began, ended ${tookMs.toFixed(0)} ms after the stall`,
  );
  assert.ok(detectedMs <= hangLimitMs, `noticed after ${String(detectedMs)} ms`);
  assert.ok(tookMs < watchdogMs + hangLimitMs + exitLimitMs, `it took ${tookMs.toFixed(0)} ms`);
});

test(
  'libcamera hangs in stop when the process is to end: it ends all the same',
  { timeout: 60_000 },
  async (context) => {
    const streamer = await startStreamer(context);
    streamer.faults.set(...onFirstCamera('stop-hang'));
    await sleep(200); // until the fault is known
    streamer.process.child.kill('SIGTERM');
    const beganMs = monotonicMs();
    const code = await Promise.race([streamer.process.exited, sleep(15_000, undefined)]);
    if (code === undefined) streamer.process.child.kill('SIGKILL');
    assert.equal(code, 1, streamer.process.stderr());
    const tookMs = monotonicMs() - beganMs;
    context.diagnostic(`ended after ${tookMs.toFixed(0)} ms`);
    assert.ok(tookMs < hangLimitMs + exitLimitMs, `it took ${tookMs.toFixed(0)} ms`);
    assert.ok(streamer.log().some((line) => line.code === 'ERR_CAMERA_HUNG'));
  },
);
