import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicUs, openCamera, type Frame } from '../../lib/index.js';
import { JpegParser } from '../../lib/jpeg/index.js';
import { open, retainNext, take } from './helpers.js';

const released = { code: 'ERR_FRAME_RELEASED' };
const soi = 0xd8;

test('frames come in order, each a JPEG of the planned size, with the times of its capture and encoding', async (t) => {
  const camera = await open(t, { width: 66, height: 50 });
  assert.deepEqual(
    [camera.plan.width, camera.plan.height, camera.plan.fps, camera.plan.live],
    [66, 50, 500, true],
  );
  const parser = new JpegParser();
  const beforeUs = monotonicUs();
  let before: Frame | undefined;
  let count = 0;
  for await (const frame of camera.frames()) {
    assert.ok(!before || (frame.sequence > before.sequence && frame.captureTimeUs > before.captureTimeUs));
    assert.ok(frame.captureTimeUs >= beforeUs - 1e6);
    const { captureTimeUs, receivedTimeUs, encodeStartTimeUs, encodedTimeUs } = frame;
    const times = [captureTimeUs, receivedTimeUs, encodeStartTimeUs, encodedTimeUs, monotonicUs()];
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.equal(parser.parse(frame.memory, frame.byteLength, 'file-end'), undefined);
    assert.deepEqual([parser.width, parser.height], [66, 50]);
    assert.deepEqual([frame.width, frame.height, frame.isPassedThrough], [66, 50, false]);
    assert.equal(frame.data.byteLength, frame.byteLength);
    assert.deepEqual(frame.metadata, {});
    before = frame;
    if (++count === 10) break;
  }
  assert.equal(count, 10);
});

test('a frame that is shown in parts has its times from the first part on', async (t) => {
  const camera = await open(t, { width: 1920, height: 1080, fps: 10, subFrame: true });
  const inPart: number[] = [];
  const whole = await new Promise<number[]>((resolve, reject) => {
    const times = (frame: Frame): number[] => [frame.receivedTimeUs, frame.encodeStartTimeUs];
    const take = (frame: Frame): void => {
      if (inPart.length > 0) resolve(times(frame));
    };
    const takePart = (frame: Frame): void => {
      inPart.splice(0, inPart.length, ...times(frame));
    };
    camera.attach({ take, takePart }).catch(reject);
  });
  assert.deepEqual(inPart, whole);
});

test('a frame is valid until the next turn of the loop', async (t) => {
  const camera = await open(t);
  let before: Frame | undefined;
  for await (const frame of camera.frames()) {
    assert.equal(frame.data[1], soi);
    if (before) {
      const old = before;
      for (const use of [
        () => old.data,
        () => old.memory,
        () => old.width,
        () => old.receivedTimeUs,
        () => old.metadata,
      ]) {
        assert.throws(use, released);
      }
      assert.throws(() => old.retain(), released);
      assert.throws(() => old.copy(), released);
      assert.throws(() => {
        old.release();
      }, released);
      assert.equal(typeof old.sequence, 'number');
      break;
    }
    before = frame;
  }
});

test('a loop that is left early, by break or by an error, releases its frame and those that wait', async (t) => {
  const camera = await open(t, { slots: 3 });
  for (let turn = 0; turn < 10; turn++) {
    let left: Frame | undefined;
    for await (const frame of camera.frames()) {
      left = frame;
      await sleep(6); // three frames' time
      break;
    }
    assert.throws(() => left?.data, released);

    const failing = async (): Promise<void> => {
      for await (const frame of camera.frames()) {
        left = frame;
        throw new Error('of the loop');
      }
    };
    await assert.rejects(failing, /of the loop/);
    assert.throws(() => left?.data, released);
  }
  // All three slots are still there.
  for (const kept of [await retainNext(camera), await retainNext(camera), await retainNext(camera)])
    kept.release();
});

test('retain keeps a frame and its bytes until it is released as often', async (t) => {
  const camera = await open(t);
  const kept = await retainNext(camera);
  const bytes = kept.copy().data;
  await take(camera, 20);
  assert.deepEqual(Uint8Array.from(kept.data), bytes);
  kept.retain();
  kept.release();
  assert.equal(kept.data[1], soi);
  kept.release();
  assert.throws(() => kept.data, released);
});

test('a copy outlives its frame', async (t) => {
  const camera = await open(t);
  const [copy] = await take(camera, 1);
  const first = copy?.data.slice();
  await take(camera, 20);
  assert.ok(copy && first);
  assert.deepEqual(copy.data, first);
  assert.deepEqual([copy.width, copy.height], [64, 48]);
});

test('when all slots are kept new frames are dropped and counted, and come again when one is released', async (t) => {
  const camera = await open(t, { slots: 3 });
  const kept = [await retainNext(camera), await retainNext(camera), await retainNext(camera)];
  while (camera.statistics().droppedNoSlot < 5) await sleep(1);
  const last = kept.at(-1)?.sequence ?? 0;
  for (const frame of kept) frame.release();
  const [next] = await take(camera, 1);
  assert.ok(next && next.sequence >= last + 5, `${String(next?.sequence)} after ${String(last)}`);
  const { captured, encoded, droppedNoSlot, droppedEncoder } = camera.statistics();
  assert.ok(captured >= encoded + droppedNoSlot + droppedEncoder);
});

test('a slow loop gets the newest frames', async (t) => {
  const camera = await open(t, { fps: 200 });
  const ages: number[] = [];
  for await (const frame of camera.frames()) {
    ages.push(monotonicUs() - frame.captureTimeUs);
    if (ages.length === 6) break;
    await sleep(60);
  }
  // Two frames wait at most, of 5 ms each, whatever the loop takes.
  assert.ok(Math.max(...ages.slice(1)) < 55_000, String(ages));
});

test('an abort ends the loop, also while it waits', async (t) => {
  const camera = await open(t, { fps: 1 });
  const abort = new AbortController();
  let count = 0;
  setTimeout(() => {
    abort.abort();
  }, 50);
  const beganMs = performance.now();
  for await (const frame of camera.frames({ signal: abort.signal })) count += frame.byteLength > 0 ? 1 : 0;
  assert.ok(count <= 1);
  assert.ok(performance.now() - beganMs < 500);
  assert.equal(camera.closed, false);
});

test('a signal that has been aborted before gives no frame and starts nothing', async (t) => {
  const camera = await open(t);
  const frames = camera.frames({ signal: AbortSignal.abort() });
  assert.deepEqual(await frames.next(), { value: undefined, done: true });
  assert.equal(camera.statistics().captured, 0);
});

test('closing ends the loop', async (t) => {
  const camera = await open(t);
  let count = 0;
  for await (const frame of camera.frames()) {
    count += frame.byteLength > 0 ? 1 : 0;
    if (count === 3) void camera.close();
    assert.ok(count < 10);
  }
  assert.ok(count >= 3);
});

test('closing is idempotent, and a closed camera starts no more', async (t) => {
  const camera = await open(t);
  await take(camera, 1);
  assert.equal(camera.close(), camera.close());
  await camera.close();
  assert.equal(camera.closed, true);
  await assert.rejects(camera.start(), { code: 'ERR_CLOSED' });
  assert.deepEqual(await camera.frames().next(), { value: undefined, done: true });
});

test('a frame that is kept stays valid when its camera is closed', async (t) => {
  const camera = await open(t);
  const kept = await retainNext(camera);
  await camera.close();
  assert.equal(kept.data[1], soi);
  kept.release();
  assert.throws(() => kept.data, released);
});

test('two loops see the same frames', async (t) => {
  const camera = await open(t, { fps: 50 });
  const [first, second] = await Promise.all([take(camera, 5), take(camera, 5)]);
  assert.deepEqual(first, second);
});

test('a camera that never started closes', async () => {
  const camera = await openCamera({ device: 'test' });
  await camera.close();
});
