import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraOptions, FrameCopy } from '../../lib/camera/index.js';
import { readMark } from '../helpers/oracle.js';
import { decodeLuma, open, take } from './helpers.js';

const flips = ['none', 'horizontal-flip', 'vertical-flip', 'rotate-90', 'rotate-180', 'rotate-270'] as const;
const sizes = [
  [16, 16],
  [17, 19],
  [642, 482],
] as const;

function assertMarked(frames: readonly FrameCopy[], flip: CameraOptions['flip']): void {
  const { width = 0, height = 0 } = frames[0] ?? {};
  const planes = decodeLuma(
    frames.map(({ data }) => data),
    width,
    height,
  );
  for (const [i, { sequence, captureTimeUs }] of frames.entries()) {
    const samples = planes[i] ?? assert.fail();
    assert.deepEqual(readMark({ samples, stride: width, width, height }, flip), {
      sequence: sequence % 2 ** 24,
      captureTimeUs: captureTimeUs % 2 ** 32,
    });
  }
}

for (const flip of flips) {
  test(`the mark of each frame is read from its pixels after ${flip}`, async (t) => {
    for (const [width, height] of sizes) {
      const camera = await open(t, { width, height, flip, quality: 95 });
      const frames = await take(camera, 3);
      const isTurned = flip === 'rotate-90' || flip === 'rotate-270';
      assert.deepEqual([frames[0]?.width, frames[0]?.height], isTurned ? [height, width] : [width, height]);
      assertMarked(frames, flip);
      await camera.close();
    }
  });
}

test('the mark is read at the quality of every day', async (t) => {
  const camera = await open(t, { width: 640, height: 480, quality: 60 });
  assertMarked(await take(camera, 5), 'none');
});

test('a crop that begins at the corner keeps the mark', async (t) => {
  const camera = await open(t, {
    width: 640,
    height: 480,
    quality: 95,
    crop: { x: 0, y: 0, width: 320, height: 200 },
  });
  assertMarked(await take(camera, 2), 'none');
});

test('a damaged mark is no mark', async (t) => {
  const camera = await open(t, { width: 128, height: 128, quality: 95 });
  const [frame] = await take(camera, 1);
  assert.ok(frame);
  const [samples = assert.fail()] = decodeLuma([frame.data], 128, 128);
  for (let bit = 0; bit < 64; bit++) {
    const damaged = Uint8Array.from(samples);
    const at = 16 * 128 * (bit >> 3) + 16 * (bit & 7);
    for (let row = 0; row < 16; row++) {
      for (let x = at + 128 * row; x < at + 128 * row + 16; x++) damaged[x] = 255 - (damaged[x] ?? 0);
    }
    assert.equal(readMark({ samples: damaged, stride: 128, width: 128, height: 128 }), undefined);
  }
});
