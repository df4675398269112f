import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { findStaticQ, JpegParser } from '../../lib/jpeg/index.js';
import { hex } from '../rtp/hex.js';

function read(name: string): { jpeg: JpegParser; bytes: Uint8Array } {
  const bytes = hex(readFileSync(new URL(name, import.meta.url), 'utf8'));
  const jpeg = new JpegParser();
  assert.equal(jpeg.parse(bytes, bytes.length, 'search'), undefined);
  assert.deepEqual([jpeg.width, jpeg.height, jpeg.sampling], [16, 16, '4:2:0']);
  return { jpeg, bytes };
}

test('libjpeg writes the standard Huffman tables, and its quality is the Q of RFC 2435', () => {
  const { jpeg, bytes } = read('libjpeg-16x16.hex');
  assert.equal(findStaticQ(bytes, jpeg.luminanceTableOffset, jpeg.chrominanceTableOffset, 0), 85);
  const scan = bytes.subarray(jpeg.scanOffset, jpeg.scanOffset + jpeg.scanBytes);
  assert.deepEqual(scan, hex('fa ae 8a 28 a0 0f ff d9'));
});

test('FFmpeg writes the standard Huffman tables when asked to, and one quantization table', () => {
  const { jpeg, bytes } = read('ffmpeg-16x16.hex');
  assert.equal(jpeg.luminanceTableOffset, jpeg.chrominanceTableOffset);
  assert.equal(findStaticQ(bytes, jpeg.luminanceTableOffset, jpeg.chrominanceTableOffset, 0), 0);
  const scan = bytes.subarray(jpeg.scanOffset, jpeg.scanOffset + jpeg.scanBytes);
  assert.deepEqual(scan, hex('28 a2 8a 00 ff d9'));
});
