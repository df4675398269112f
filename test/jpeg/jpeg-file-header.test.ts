import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  JpegParser,
  jpegFileHeaderMaxBytes,
  staticQuantizationTables,
  writeJpegFileHeader,
  type JpegFileHeader,
} from '../../lib/jpeg/index.js';
import { hex } from '../rtp/hex.js';
import { standardHuffman } from './jpeg-file.js';

const scan = hex('28 a2 8a 00 ff d9');

const usual: JpegFileHeader = {
  width: 640,
  height: 480,
  sampling: '4:2:0',
  restartInterval: 0,
  tables: { bytes: staticQuantizationTables(50), precision: 0 },
};

/** A file whose scan begins at this place of the memory. */
function fileWith(header: JpegFileHeader, scanOffset = jpegFileHeaderMaxBytes): Uint8Array {
  const bytes = new Uint8Array(scanOffset + scan.length);
  bytes.set(scan, scanOffset);
  return bytes.subarray(writeJpegFileHeader(bytes, scanOffset, header));
}

function parse(file: Uint8Array): JpegParser {
  const jpeg = new JpegParser();
  assert.equal(jpeg.parse(file, file.length, 'search'), undefined);
  return jpeg;
}

test('a header is written byte for byte', () => {
  const tables = { bytes: new Uint8Array(64).fill(7), precision: 0 };
  const file = fileWith({ width: 0x123, height: 0x456, sampling: '4:2:2', restartInterval: 0x789, tables });
  const beginning = hex(`
    ff d8  # SOI
    ff e0 00 10 4a 46 49 46 00 01 02 00 00 01 00 01 00 00  # APP0: JFIF 1.02, square pixels
    ff db 00 43 00 ${'07'.repeat(64)}  # DQT: table 0
    ff c0 00 11 08 04 56 01 23 03  # SOF0: 8 bits, height, width, three components
    01 21 00  # Y: 2x1, table 0
    02 11 00  # Cb
    03 11 00  # Cr
  `);
  const end = hex(`
    ff dd 00 04 07 89  # DRI
    ff da 00 0c 03 01 00 02 11 03 11 00 3f 00  # SOS
  `);
  const huffman = file.subarray(beginning.length, file.length - scan.length - end.length);
  assert.deepEqual(file.subarray(0, beginning.length), beginning);
  assert.deepEqual(file.subarray(file.length - scan.length - end.length), Uint8Array.of(...end, ...scan));
  // One segment with all four tables.
  const tablesOnly = standardHuffman.flatMap((segment) => [...segment.subarray(4)]);
  assert.deepEqual([...huffman], [0xff, 0xc4, 0x01, 0xa2, ...tablesOnly]);
});

for (const sampling of ['4:2:0', '4:2:2'] as const) {
  for (const restartInterval of [0, 1, 65535]) {
    test(`a ${sampling} header with restart interval ${String(restartInterval)} is read as it was written`, () => {
      const file = fileWith({ ...usual, width: 65535, height: 1, sampling, restartInterval });
      const jpeg = parse(file);
      assert.deepEqual([jpeg.width, jpeg.height, jpeg.sampling], [65535, 1, sampling]);
      assert.equal(jpeg.restartInterval, restartInterval);
      assert.deepEqual(file.slice(jpeg.scanOffset), scan);
    });
  }
}

function ramp(length: number, from: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => ((i + from) % 255) + 1);
}

const tableForms = [
  { name: 'one table of 8 bits for all components', lengths: [64], precision: 0 },
  { name: 'one table of 16 bits for all components', lengths: [128], precision: 1 },
  { name: 'two tables of 8 bits', lengths: [64, 64], precision: 0 },
  { name: 'tables of 16 and 8 bits', lengths: [128, 64], precision: 1 },
  { name: 'tables of 8 and 16 bits', lengths: [64, 128], precision: 2 },
  { name: 'two tables of 16 bits', lengths: [128, 128], precision: 3 },
];

for (const { name, lengths, precision } of tableForms) {
  test(`${name} are written`, () => {
    const [luminance = 0, chrominance = 0] = lengths;
    const bytes = ramp(luminance + chrominance, 3);
    const file = fileWith({ ...usual, tables: { bytes, precision } });
    const jpeg = parse(file);
    const second = lengths.length === 2 ? luminance : 0;
    const read = (offset: number, bits: number): Uint8Array => file.slice(offset, offset + 8 * bits);
    assert.deepEqual(read(jpeg.luminanceTableOffset, jpeg.luminanceTableBits), bytes.slice(0, luminance));
    assert.deepEqual(read(jpeg.chrominanceTableOffset, jpeg.chrominanceTableBits), bytes.slice(second));
    // ITU-T T.81, table B.4: tables of 16 bits are not baseline.
    const frameHeader = Buffer.from(file).indexOf(hex(precision === 0 ? 'ff c0 00 11' : 'ff c1 00 11'));
    assert.ok(frameHeader > 0);
  });
}

test('the longest header fills its room exactly', () => {
  const tables = { bytes: ramp(256, 0), precision: 3 };
  const bytes = new Uint8Array(jpegFileHeaderMaxBytes);
  assert.equal(writeJpegFileHeader(bytes, bytes.length, { ...usual, restartInterval: 1, tables }), 0);
});

test('nothing in front of the header or behind it is touched', () => {
  const bytes = new Uint8Array(2000).fill(0xee);
  const begin = writeJpegFileHeader(bytes, 1500, usual);
  assert.equal(bytes[begin], 0xff);
  assert.ok(bytes.subarray(0, begin).every((byte) => byte === 0xee));
  assert.ok(bytes.subarray(1500).every((byte) => byte === 0xee));
});
