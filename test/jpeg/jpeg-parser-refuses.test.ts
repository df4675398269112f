import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ErrorCode } from '../../lib/errors/index.js';
import { JpegParser, standardHuffmanTables, type ScanEnd } from '../../lib/jpeg/index.js';
import {
  components,
  endOfImage,
  entropyCoded,
  frameHeader,
  huffman,
  jpegFile,
  join,
  quantization,
  quantizationOfQ,
  scanHeader,
  segment,
  startOfImage,
  type Component,
} from './jpeg-file.js';

const scanEnds: ScanEnd[] = ['file-end', 'search'];

function assertRefused(
  bytes: Uint8Array,
  code: ErrorCode,
  message: RegExp,
  scanEnd: ScanEnd = 'file-end',
): void {
  const refusal = new JpegParser().parse(bytes, bytes.length, scanEnd);
  assert.equal(refusal?.code, code);
  assert.match(refusal.message, message);
}

function withComponents(list: Component[]): Uint8Array {
  return jpegFile({ frame: frameHeader({ components: list }) });
}

function withLuminance(horizontal: number, vertical: number): Uint8Array {
  const [, blue, red] = components('4:2:0');
  assert.ok(blue && red);
  return withComponents([{ id: 1, horizontal, vertical, table: 0 }, blue, red]);
}

function withFrameCode(code: number): Uint8Array {
  return jpegFile({ frame: frameHeader({ code }) });
}

const lacking = new Map(standardHuffmanTables);
const acLuminance = lacking.get(0x10) ?? assert.fail();
const swapped = acLuminance.with(16, 0x02).with(17, 0x01); // two codes change their meaning
const shorter = Uint8Array.from([...acLuminance.with(15, 0x7c)].slice(0, -1));

const kinds: { name: string; bytes: Uint8Array; code: ErrorCode; message: RegExp }[] = [
  { name: 'no bytes', bytes: join(), code: 'ERR_JPEG_INVALID', message: /empty: 0 bytes/ },
  { name: 'text', bytes: Buffer.from('GIF89a'), code: 'ERR_JPEG_INVALID', message: /begin with FF D8/ },
  {
    name: 'garbage after the first marker',
    bytes: join(startOfImage, [1, 2, 3, 4, 5]),
    code: 'ERR_JPEG_INVALID',
    message: /no marker where one has to be, at byte 2/,
  },
  { name: 'progressive', bytes: withFrameCode(0xc2), code: 'ERR_JPEG_UNSUPPORTED', message: /progressive/ },
  { name: 'lossless', bytes: withFrameCode(0xc3), code: 'ERR_JPEG_UNSUPPORTED', message: /lossless/ },
  { name: 'hierarchical', bytes: withFrameCode(0xc5), code: 'ERR_JPEG_UNSUPPORTED', message: /hierarchical/ },
  { name: 'arithmetic', bytes: withFrameCode(0xc9), code: 'ERR_JPEG_UNSUPPORTED', message: /arithmetic/ },
  {
    name: 'arithmetic by its conditioning',
    bytes: jpegFile({ huffman: [segment(0xcc, [0, 0x10])] }),
    code: 'ERR_JPEG_UNSUPPORTED',
    message: /arithmetic/,
  },
  {
    name: '12-bit',
    bytes: jpegFile({ frame: frameHeader({ code: 0xc1, precision: 12 }) }),
    code: 'ERR_JPEG_UNSUPPORTED',
    message: /12 bits/,
  },
  {
    name: 'no width',
    bytes: jpegFile({ width: 0 }),
    code: 'ERR_JPEG_INVALID',
    message: /how wide and high/,
  },
  {
    name: 'no height (it comes by DNL)',
    bytes: jpegFile({ height: 0 }),
    code: 'ERR_JPEG_INVALID',
    message: /how wide and high/,
  },
  { name: '4:4:4', bytes: withLuminance(1, 1), code: 'ERR_JPEG_SAMPLING', message: /1x1, 1x1, 1x1/ },
  { name: '4:4:0', bytes: withLuminance(1, 2), code: 'ERR_JPEG_SAMPLING', message: /1x2, 1x1, 1x1/ },
  { name: '4:1:1', bytes: withLuminance(4, 1), code: 'ERR_JPEG_SAMPLING', message: /4x1, 1x1, 1x1/ },
  {
    name: 'chroma of different sizes',
    bytes: withComponents(
      components('4:2:0').map((each) => (each.id === 3 ? { ...each, vertical: 2 } : each)),
    ),
    code: 'ERR_JPEG_SAMPLING',
    message: /2x2, 1x1, 1x2/,
  },
  {
    name: 'grey',
    bytes: withComponents(components('4:2:0').slice(0, 1)),
    code: 'ERR_JPEG_SAMPLING',
    message: /the JPEG has 1$/,
  },
  {
    name: 'CMYK',
    bytes: withComponents([...components('4:2:0'), { id: 4, horizontal: 1, vertical: 1, table: 0 }]),
    code: 'ERR_JPEG_SAMPLING',
    message: /the JPEG has 4$/,
  },
  {
    name: 'optimised Huffman tables',
    bytes: jpegFile({ huffman: [huffman(0x10, swapped)] }),
    code: 'ERR_JPEG_HUFFMAN',
    message: /without optimised/,
  },
  {
    name: 'a Huffman table that lacks a code',
    bytes: jpegFile({ huffman: [huffman(0x10, shorter)] }),
    code: 'ERR_JPEG_HUFFMAN',
    message: /tables of its own/,
  },
  {
    name: 'a standard Huffman table with another number',
    bytes: jpegFile({ huffman: [huffman(0x12, acLuminance)] }),
    code: 'ERR_JPEG_HUFFMAN',
    message: /tables of its own/,
  },
  {
    name: 'chrominance by the Huffman tables of luminance',
    bytes: jpegFile({
      scanHeader: scanHeader([
        [1, 0x00],
        [2, 0x00],
        [3, 0x00],
      ]),
    }),
    code: 'ERR_JPEG_HUFFMAN',
    message: /unusual way/,
  },
  {
    name: 'a scan of luminance alone',
    bytes: jpegFile({ scanHeader: scanHeader([[1, 0x00]]) }),
    code: 'ERR_JPEG_UNSUPPORTED',
    message: /one interleaved scan/,
  },
  {
    name: 'components in another order',
    bytes: jpegFile({
      scanHeader: scanHeader([
        [1, 0x00],
        [3, 0x11],
        [2, 0x11],
      ]),
    }),
    code: 'ERR_JPEG_UNSUPPORTED',
    message: /another order/,
  },
  {
    name: 'a scan before the frame',
    bytes: join(startOfImage, ...quantizationOfQ(50), scanHeader(), entropyCoded(9), endOfImage),
    code: 'ERR_JPEG_INVALID',
    message: /before its frame header/,
  },
  {
    name: 'different tables for Cb and Cr',
    bytes: withComponents(components('4:2:0').map((each, table) => ({ ...each, table }))),
    code: 'ERR_JPEG_QUANTIZATION',
    message: /different quantization tables/,
  },
  {
    name: 'a quantization table that is not there',
    bytes: jpegFile({ quantization: quantizationOfQ(50).slice(0, 1) }),
    code: 'ERR_JPEG_QUANTIZATION',
    message: /lacks a quantization table/,
  },
  {
    name: 'a quantization table with an impossible number',
    bytes: jpegFile({ quantization: [quantization(4, new Uint8Array(64))] }),
    code: 'ERR_JPEG_INVALID',
    message: /impossible number or precision/,
  },
  {
    name: 'a quantization table cut short by its segment',
    bytes: jpegFile({ quantization: [quantization(0, new Uint8Array(63))] }),
    code: 'ERR_JPEG_TRUNCATED',
    message: /ends too early/,
  },
  {
    name: 'a segment shorter than its own length',
    bytes: join(startOfImage, [0xff, 0xe0, 0x00, 0x01], jpegFile().subarray(2)),
    code: 'ERR_JPEG_INVALID',
    message: /impossible length/,
  },
  {
    name: 'a restart interval of one byte',
    bytes: join(startOfImage, segment(0xdd, [1]), jpegFile().subarray(2)),
    code: 'ERR_JPEG_TRUNCATED',
    message: /ends too early/,
  },
  {
    name: 'a frame header cut short by its segment',
    bytes: jpegFile({ frame: segment(0xc0, [8, 0, 16, 0, 16]) }),
    code: 'ERR_JPEG_TRUNCATED',
    message: /ends too early/,
  },
  {
    name: 'components cut short by their segment',
    bytes: jpegFile({ frame: segment(0xc0, frameHeader().subarray(4, -1)) }),
    code: 'ERR_JPEG_TRUNCATED',
    message: /ends too early/,
  },
  {
    name: 'a Huffman table cut short by its segment',
    bytes: jpegFile({ huffman: [huffman(0x10, acLuminance.subarray(0, -1))] }),
    code: 'ERR_JPEG_TRUNCATED',
    message: /ends too early/,
  },
  {
    name: 'a scan header cut short by its segment',
    bytes: jpegFile({ scanHeader: segment(0xda, scanHeader().subarray(4, -1)) }),
    code: 'ERR_JPEG_UNSUPPORTED',
    message: /one interleaved scan/,
  },
  {
    name: 'EOI before the scan',
    bytes: join(startOfImage, endOfImage, [0, 2], jpegFile().subarray(2)),
    code: 'ERR_JPEG_TRUNCATED',
    message: /ends too early/,
  },
  {
    name: 'an empty scan',
    bytes: jpegFile({ scan: join() }),
    code: 'ERR_JPEG_TRUNCATED',
    message: /ends too early/,
  },
];

describe('refused', () => {
  for (const { name, bytes, code, message } of kinds) {
    test(name, () => {
      for (const scanEnd of scanEnds) assertRefused(bytes, code, message, scanEnd);
    });
  }

  test('two scans, when the end is searched for', () => {
    const scan = join(entropyCoded(20), scanHeader(), entropyCoded(20));
    assertRefused(jpegFile({ scan }), 'ERR_JPEG_UNSUPPORTED', /one interleaved scan/, 'search');
  });

  test('a file without EOI', () => {
    for (const scanEnd of scanEnds) {
      assertRefused(jpegFile().subarray(0, -2), 'ERR_JPEG_TRUNCATED', /ends too early/, scanEnd);
    }
  });

  test('bytes after EOI, when the file is said to end with it', () => {
    assertRefused(join(jpegFile(), [0]), 'ERR_JPEG_TRUNCATED', /ends too early/);
  });
});
