import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JpegParser } from '../../lib/jpeg/index.js';
import { coreAddon } from '../../lib/native/core-addon.js';
import { open, retainNext } from './helpers.js';

const addon = coreAddon();

test("a camera's frame is scaled to a JPEG with the standard tables", async (t) => {
  const camera = await open(t, { width: 642, height: 482 });
  const frame = await retainNext(camera);
  const output = new Uint8Array(frame.byteLength);
  const parser = new JpegParser();
  for (const [denominator, size] of [
    [2, [321, 241]],
    [4, [161, 121]],
    [8, [81, 61]],
  ] as const) {
    const bytes = await addon.scaleJpeg(frame.data, output, denominator);
    assert.ok(bytes > 0 && bytes < frame.byteLength);
    assert.equal(parser.parse(output, bytes, 'file-end'), undefined);
    assert.deepEqual([parser.width, parser.height], size);
  }
  frame.release();
});

test('several are scaled at a time, into parts of one memory', async (t) => {
  const camera = await open(t, { width: 640, height: 480 });
  const frame = await retainNext(camera);
  const partBytes = 50_000;
  const memory = new Uint8Array(8 * partBytes);
  const parts = Array.from({ length: 8 }, (_, i) => memory.subarray(i * partBytes, (i + 1) * partBytes));
  const lengths = await Promise.all(parts.map((part) => addon.scaleJpeg(frame.data, part, 2)));
  for (const [i, part] of parts.entries()) {
    assert.deepEqual(part.subarray(0, lengths[i]), parts[0]?.subarray(0, lengths[0]));
  }
  frame.release();
});

test('what is no JPEG, or does not fit, is refused', async (t) => {
  const camera = await open(t, { width: 640, height: 480 });
  const frame = await retainNext(camera);
  const memory = new Uint8Array(50_000);
  for (const [jpeg, output] of [
    [new Uint8Array(0), memory],
    [new Uint8Array(1000).fill(7), memory],
    [frame.data.subarray(0, frame.byteLength / 2), memory],
    [frame.data, new Uint8Array(0)],
    [frame.data, memory.subarray(0, 1000)],
  ] as const) {
    const message = new RegExp(`^a JPEG of ${String(jpeg.length)} bytes was not scaled: .`);
    await assert.rejects(addon.scaleJpeg(jpeg, output, 2), { code: 'ERR_ENCODE', message });
  }
  frame.release();
});
