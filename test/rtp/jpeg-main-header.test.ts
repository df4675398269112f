import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  jpegMainHeaderBytes,
  jpegType,
  parseJpegMainHeader,
  qInBand,
  writeJpegMainHeader,
  type JpegMainHeader,
} from '../../lib/rtp/index.js';
import { framed, framedOffset, hex } from './hex.js';

// RFC 2435 section 3.1.
const headers: { name: string; bytes: Uint8Array; header: JpegMainHeader }[] = [
  {
    name: 'the first packet of 640x480 in 4:2:0 with its tables',
    bytes: hex(`
      00 00 00 00  # type-specific 0, fragment offset 0
      01 ff 50 3c  # type 1, Q 255, width 80 x 8, height 60 x 8
    `),
    header: {
      typeSpecific: 0,
      fragmentOffset: 0,
      type: jpegType.yuv420,
      q: qInBand,
      widthUnits: 80,
      heightUnits: 60,
    },
  },
  {
    name: 'a later packet in 4:2:2 with restart markers and static Q',
    bytes: hex(`
      00 01 23 45  # type-specific 0, fragment offset 0x12345
      40 4b 01 02  # type 64, Q 75, width 8, height 16
    `),
    header: {
      typeSpecific: 0,
      fragmentOffset: 0x12345,
      type: jpegType.yuv422 | jpegType.restartFlag,
      q: 75,
      widthUnits: 1,
      heightUnits: 2,
    },
  },
  {
    name: 'every field at its largest',
    bytes: hex(`
      00 ff ff ff  # type-specific 0, fragment offset 2^24 - 1
      ff ff ff ff  # type 255, Q 255, width 2040, height 2040
    `),
    header: {
      typeSpecific: 0,
      fragmentOffset: 0xffffff,
      type: 255,
      q: 255,
      widthUnits: 255,
      heightUnits: 255,
    },
  },
];

for (const { name, bytes, header } of headers) {
  test(`${name}: written`, () => {
    const written = framed(new Uint8Array(jpegMainHeaderBytes).fill(0xee));
    const { fragmentOffset, type, q, widthUnits, heightUnits } = header;
    writeJpegMainHeader(written, framedOffset, fragmentOffset, type, q, widthUnits, heightUnits);
    assert.deepEqual(written, framed(bytes));
  });

  test(`${name}: parsed`, () => {
    assert.deepEqual(parseJpegMainHeader(framed(bytes), framedOffset), { ok: true, value: header });
  });
}

test('the type-specific field of an interlaced picture is parsed', () => {
  const result = parseJpegMainHeader(hex('02 00 00 00  01 ff 50 3c'), 0);
  assert.equal(result.ok && result.value.typeSpecific, 2);
});

test('seven bytes are refused', () => {
  const bytes = hex('00 00 00 00  01 ff 50 3c');
  assert.deepEqual(parseJpegMainHeader(bytes, 1), { ok: false, reason: 'shorter than a JPEG header' });
});
