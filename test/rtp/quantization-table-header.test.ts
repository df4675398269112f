import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  parseQuantizationTableHeader,
  quantizationTableHeaderBytes,
  writeQuantizationTableHeader,
  type QuantizationTableHeader,
} from '../../lib/rtp/index.js';
import { framed, framedOffset, hex } from './hex.js';

// RFC 2435 section 3.1.8.
const headers: { name: string; bytes: Uint8Array; header: QuantizationTableHeader }[] = [
  {
    name: 'two tables of 8 bits',
    bytes: hex('00 00 00 80  # MBZ, precision 0, length 128'),
    header: { precision: 0, tableBytes: 128 },
  },
  {
    name: 'two tables of 16 bits',
    bytes: hex('00 03 01 00  # MBZ, precision of tables 0 and 1, length 256'),
    header: { precision: 3, tableBytes: 256 },
  },
  {
    name: 'the tables that were sent before',
    bytes: hex('00 00 00 00  # MBZ, precision 0, length 0'),
    header: { precision: 0, tableBytes: 0 },
  },
];

for (const { name, bytes, header } of headers) {
  test(`${name}: written`, () => {
    const written = framed(new Uint8Array(quantizationTableHeaderBytes).fill(0xee));
    writeQuantizationTableHeader(written, framedOffset, header.precision, header.tableBytes);
    assert.deepEqual(written, framed(bytes));
  });

  test(`${name}: parsed`, () => {
    const packet = Uint8Array.of(0xee, 0xee, 0xee, ...bytes, ...new Uint8Array(header.tableBytes));
    assert.deepEqual(parseQuantizationTableHeader(packet, framedOffset), { ok: true, value: header });
  });
}

test('three bytes are refused', () => {
  const result = parseQuantizationTableHeader(hex('00 00 00 00'), 1);
  assert.deepEqual(result, { ok: false, reason: 'shorter than a quantization table header' });
});

test('tables that end after the packet are refused', () => {
  const packet = Uint8Array.of(...hex('00 00 00 80'), ...new Uint8Array(127));
  const result = parseQuantizationTableHeader(packet, 0);
  assert.deepEqual(result, { ok: false, reason: 'quantization tables cut short' });
});
