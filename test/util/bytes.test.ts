import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  readUint16,
  readUint24,
  readUint32,
  writeUint16,
  writeUint24,
  writeUint32,
} from '../../lib/util/bytes.js';
import { framed, framedOffset, hex } from '../rtp/hex.js';

const widths = [
  { bytes: hex('fe dc'), value: 0xfedc, read: readUint16, write: writeUint16 },
  { bytes: hex('fe dc ba'), value: 0xfedcba, read: readUint24, write: writeUint24 },
  { bytes: hex('fe dc ba 98'), value: 0xfedcba98, read: readUint32, write: writeUint32 },
];

for (const { bytes, value, read, write } of widths) {
  const bits = String(8 * bytes.length);

  test(`${bits} bits are read most significant byte first, without a sign`, () => {
    assert.equal(read(framed(bytes), framedOffset), value);
  });

  test(`${bits} bits are written most significant byte first, and nothing beside them`, () => {
    const written = framed(new Uint8Array(bytes.length));
    write(written, framedOffset, value);
    assert.deepEqual(written, framed(bytes));
  });

  test(`any ${bits} bits come back as they were written`, () => {
    const memory = new Uint8Array(bytes.length);
    fc.assert(
      fc.property(fc.nat(2 ** (8 * bytes.length) - 1), (any) => {
        write(memory, 0, any);
        assert.equal(read(memory, 0), any);
      }),
    );
  });
}
