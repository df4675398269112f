import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JpegParser, staticQuantizationTables, type ScanEnd } from '../../lib/jpeg/index.js';
import {
  applicationData,
  components,
  endOfImage,
  entropyCoded,
  frameHeader,
  jpegFile,
  join,
  quantization,
  restartInterval,
  scanHeader,
  segment,
  standardHuffman,
  startOfImage,
} from './jpeg-file.js';

const luminance = staticQuantizationTables(50).subarray(0, 64);
const chrominance = staticQuantizationTables(50).subarray(64);
const scan = entropyCoded(100);

function parse(bytes: Uint8Array, scanEnd: ScanEnd = 'file-end'): JpegParser {
  const parser = new JpegParser();
  assert.equal(parser.parse(bytes, bytes.length, scanEnd), undefined);
  return parser;
}

function at(bytes: Uint8Array, offset: number, length: number): Uint8Array {
  return bytes.slice(offset, offset + length);
}

for (const scanEnd of ['file-end', 'search'] as const) {
  describe(`with the end of the scan by ${scanEnd}`, () => {
    for (const sampling of ['4:2:0', '4:2:2'] as const) {
      test(`size, sampling, tables and scan of ${sampling} are read`, () => {
        const bytes = jpegFile({ width: 642, height: 482, sampling });
        const jpeg = parse(bytes, scanEnd);
        assert.deepEqual([jpeg.width, jpeg.height, jpeg.sampling], [642, 482, sampling]);
        assert.deepEqual([jpeg.luminanceTableBits, jpeg.chrominanceTableBits], [8, 8]);
        assert.deepEqual(at(bytes, jpeg.luminanceTableOffset, 64), luminance);
        assert.deepEqual(at(bytes, jpeg.chrominanceTableOffset, 64), chrominance);
        assert.deepEqual(at(bytes, jpeg.scanOffset, jpeg.scanBytes), join(scan, endOfImage));
        assert.equal(jpeg.restartInterval, 0);
      });
    }

    test('the restart interval is read', () => {
      const withRestarts = join(
        entropyCoded(20),
        [0xff, 0xd0],
        entropyCoded(20),
        [0xff, 0xd7],
        entropyCoded(20),
      );
      const bytes = jpegFile({ restartInterval: 0x1234, scan: withRestarts });
      const jpeg = parse(bytes, scanEnd);
      assert.equal(jpeg.restartInterval, 0x1234);
      assert.deepEqual(at(bytes, jpeg.scanOffset, jpeg.scanBytes), join(withRestarts, endOfImage));
    });

    test('stuffed FF 00 and fill bytes belong to the scan', () => {
      const stuffed = join([0xff, 0x00, 0xff, 0x00, 0x12], [0xff, 0xff, 0xff, 0xd0], [0x34, 0xff]);
      const bytes = jpegFile({ scan: stuffed }); // the last FF fills up before EOI
      const jpeg = parse(bytes, scanEnd);
      assert.deepEqual(at(bytes, jpeg.scanOffset, jpeg.scanBytes), join(stuffed, endOfImage));
    });
  });
}

test('tables of 16 bits are read as such', () => {
  const wide = Array.from({ length: 64 }, (_, i) => 256 + i);
  const bytes = jpegFile({ quantization: [quantization(0, wide, 16), quantization(1, chrominance)] });
  const jpeg = parse(bytes);
  assert.deepEqual([jpeg.luminanceTableBits, jpeg.chrominanceTableBits], [16, 8]);
  const words = wide.flatMap((value) => [value >> 8, value & 0xff]);
  assert.deepEqual(at(bytes, jpeg.luminanceTableOffset, 128), Uint8Array.from(words));
  assert.deepEqual(at(bytes, jpeg.chrominanceTableOffset, 64), chrominance);
});

test('one table serves luminance and chrominance', () => {
  const shared = components('4:2:0').map((component) => ({ ...component, table: 2 }));
  const bytes = jpegFile({
    quantization: [quantization(2, luminance)],
    frame: frameHeader({ components: shared }),
  });
  const jpeg = parse(bytes);
  assert.equal(jpeg.luminanceTableOffset, jpeg.chrominanceTableOffset);
  assert.deepEqual(at(bytes, jpeg.luminanceTableOffset, 64), luminance);
});

test('two tables in one segment, in the other order', () => {
  const bytes = jpegFile({ quantization: [segment(0xdb, [1, ...chrominance, 0, ...luminance])] });
  const jpeg = parse(bytes);
  assert.deepEqual(at(bytes, jpeg.luminanceTableOffset, 64), luminance);
  assert.deepEqual(at(bytes, jpeg.chrominanceTableOffset, 64), chrominance);
});

test('the last definition of a table holds', () => {
  const redefined = [luminance.toReversed(), luminance].map((values) => quantization(0, values));
  const bytes = jpegFile({ quantization: [...redefined, quantization(1, chrominance)] });
  assert.deepEqual(at(bytes, parse(bytes).luminanceTableOffset, 64), luminance);
});

test('tables may follow the frame header', () => {
  const bytes = join(
    startOfImage,
    frameHeader(),
    ...standardHuffman,
    quantization(0, luminance),
    quantization(1, chrominance),
    scanHeader(),
    scan,
    endOfImage,
  );
  assert.deepEqual(at(bytes, parse(bytes).luminanceTableOffset, 64), luminance);
});

test('without Huffman tables the standard ones are meant', () => {
  assert.equal(parse(jpegFile({ huffman: [] })).width, 16);
});

test('all Huffman tables in one segment', () => {
  const all = standardHuffman.flatMap((dht) => [...dht.subarray(4)]);
  assert.equal(parse(jpegFile({ huffman: [segment(0xc4, all)] })).width, 16);
});

test('an extended sequential frame of 8 bits is baseline in all but name', () => {
  assert.equal(parse(jpegFile({ frame: frameHeader({ code: 0xc1 }) })).width, 16);
});

test('components may have any numbers', () => {
  const renumbered = components('4:2:2').map((component, i) => ({ ...component, id: 10 * i }));
  const bytes = jpegFile({
    frame: frameHeader({ components: renumbered }),
    scanHeader: scanHeader([
      [0, 0x00],
      [10, 0x11],
      [20, 0x11],
    ]),
  });
  assert.equal(parse(bytes).sampling, '4:2:2');
});

test('application data, comments, fill bytes and TEM are skipped', () => {
  const marks = [0xff, 0xd9, 0xff, 0xd8, 0xff, 0xda]; // a thumbnail's markers are not ours
  const extras = join(
    segment(0xe1, marks),
    [0xff, 0xff, 0xff],
    segment(0xfe, Buffer.from('a comment')),
    [0xff, 0x01],
    segment(0xef, []),
  );
  const plain = jpegFile({ width: 32 });
  const bytes = join(plain.subarray(0, 2), extras, plain.subarray(2));
  assert.equal(parse(bytes).width, 32);
  assert.deepEqual(at(bytes, parse(bytes, 'search').scanOffset, 100), scan);
});

test('what follows EOI is left out when the end is searched for', () => {
  const bytes = join(jpegFile(), jpegFile(), [1, 2, 3]);
  assert.equal(parse(bytes, 'search').scanBytes, scan.length + 2);
});

test('memory behind the file is not looked at', () => {
  const file = jpegFile();
  const memory = join(file.subarray(0, -2), [0, 0], endOfImage);
  const parser = new JpegParser();
  for (const scanEnd of ['file-end', 'search'] as const) {
    assert.equal(parser.parse(memory, file.length, scanEnd)?.code, 'ERR_JPEG_TRUNCATED');
  }
});

test('nothing of one frame is left in the next', () => {
  const parser = new JpegParser();
  const first = jpegFile({ restartInterval: 4, sampling: '4:2:2', width: 320 });
  assert.equal(parser.parse(first, first.length, 'file-end'), undefined);
  const second = jpegFile();
  assert.equal(parser.parse(second, second.length, 'file-end'), undefined);
  assert.deepEqual([parser.restartInterval, parser.sampling, parser.width], [0, '4:2:0', 16]);

  const withoutTables = jpegFile({ quantization: [] });
  assert.equal(parser.parse(withoutTables, withoutTables.length, 'file-end')?.code, 'ERR_JPEG_QUANTIZATION');
  const withoutFrame = join(
    startOfImage,
    applicationData,
    restartInterval(1),
    scanHeader(),
    scan,
    endOfImage,
  );
  assert.equal(parser.parse(withoutFrame, withoutFrame.length, 'file-end')?.code, 'ERR_JPEG_INVALID');
});
