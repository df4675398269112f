import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JpegParser, type ScanEnd } from '../../lib/jpeg/index.js';
import {
  endOfImage,
  entropyCoded,
  frameHeader,
  jpegFile,
  join,
  quantizationOfQ,
  restartInterval,
  scanHeader,
  startOfImage,
} from './jpeg-file.js';

const scanEnds: ScanEnd[] = ['file-end', 'search'];

test('a file that is cut off anywhere is refused, and never as empty or foreign once it has begun', () => {
  const file = jpegFile({ restartInterval: 2, scan: join(entropyCoded(20), [0xff, 0xd0, 0xff, 0x00]) });
  const parser = new JpegParser();
  for (let length = 0; length < file.length; length++) {
    for (const scanEnd of scanEnds) {
      const refusal = parser.parse(file.subarray(0, length), length, scanEnd);
      assert.equal(refusal?.code, length < 2 ? 'ERR_JPEG_INVALID' : 'ERR_JPEG_TRUNCATED', String(length));
      // The same when the rest still lies in memory.
      assert.ok(parser.parse(file, length, scanEnd), String(length));
    }
  }
});

/** Whatever is accepted has to lie inside the file. */
function assertInside(bytes: Uint8Array, scanEnd: ScanEnd): void {
  const jpeg = new JpegParser();
  if (jpeg.parse(bytes, bytes.length, scanEnd)) return;
  assert.ok(jpeg.width > 0 && jpeg.height > 0);
  assert.ok(jpeg.luminanceTableOffset + 8 * jpeg.luminanceTableBits <= jpeg.scanOffset);
  assert.ok(jpeg.chrominanceTableOffset + 8 * jpeg.chrominanceTableBits <= jpeg.scanOffset);
  assert.ok(jpeg.scanBytes > 2);
  assert.ok(jpeg.scanOffset + jpeg.scanBytes <= bytes.length);
}

test('a file with any few bytes changed is read or refused', () => {
  const file = jpegFile({ restartInterval: 2, scan: entropyCoded(30) });
  const change = fc.tuple(fc.nat(file.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(0, 0xff)));
  fc.assert(
    fc.property(
      fc.array(change, { minLength: 1, maxLength: 6 }),
      fc.constantFrom(...scanEnds),
      (changes, end) => {
        const damaged = file.slice();
        for (const [offset, value] of changes) damaged[offset] = value;
        assertInside(damaged, end);
      },
    ),
    { numRuns: 3000 },
  );
});

test('segments in any order are read or refused', () => {
  const parts = fc.constantFrom(
    ...quantizationOfQ(10),
    frameHeader(),
    frameHeader({ width: 0 }),
    scanHeader(),
    restartInterval(3),
    entropyCoded(5),
    endOfImage,
    startOfImage,
    Uint8Array.of(0xff),
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 12 }), fc.constantFrom(...scanEnds), (list, end) => {
      assertInside(join(startOfImage, ...list), end);
    }),
    { numRuns: 1000 },
  );
});

test('any bytes are read or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...scanEnds), (bytes, end) => {
      assertInside(bytes, end);
      assertInside(join(startOfImage, [0xff], bytes), end);
    }),
    { numRuns: 1000 },
  );
});
