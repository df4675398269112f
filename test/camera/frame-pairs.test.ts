import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCamera, pairFrames, type Frame } from '../../lib/index.js';

const options = { device: 'test', width: 64, height: 48, fps: 100 };

test('two cameras give pairs that were captured within half a frame', async () => {
  const cameras = [await openCamera(options), await openCamera(options)] as const;
  let last: readonly Frame[] = [];
  let count = 0;
  for await (const { frames, skewUs } of pairFrames(cameras)) {
    for (const frame of last) assert.throws(() => frame.data, { code: 'ERR_FRAME_RELEASED' });
    assert.equal(skewUs, frames[1].captureTimeUs - frames[0].captureTimeUs);
    assert.ok(Math.abs(skewUs) <= 5000, String(skewUs));
    assert.ok(frames.every((frame) => frame.data.length > 0));
    last = frames;
    if (++count === 30) break;
  }
  // The cameras go on, and no slot is lost: more frames come than there are slots.
  for (const camera of cameras) {
    let more = 0;
    for await (const frame of camera.frames()) if (frame.byteLength > 0 && ++more === 20) break;
    assert.equal(camera.statistics().droppedNoSlot, 0);
    await camera.close();
  }
});

test('the loop ends with a camera, by the signal, and before it has begun', async () => {
  const cameras = [await openCamera(options), await openCamera(options)] as const;
  const pairs = pairFrames(cameras);
  await pairs.next();
  const ended = pairs.next().then(async () => (await pairs.next()).done);
  await cameras[1].close();
  assert.equal(await ended, true);
  let count = 0;
  for await (const pair of pairFrames(cameras)) count += pair.frames.length;
  assert.equal(count, 0);
  const other = [cameras[0], await openCamera(options)] as const;
  for await (const { frames } of pairFrames(other, { signal: AbortSignal.timeout(300) }))
    count += frames.length;
  assert.ok(count > 0);
  await Promise.all(other.map((camera) => camera.close()));
});
