import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  absCaptureTimeBytes,
  absCaptureTimeId,
  parseAbsCaptureTime,
  writeAbsCaptureTime,
} from '../../lib/rtp/index.js';
import { framed, framedOffset, hex } from './hex.js';

const timestamp = { seconds: 0xe8a1b2c3, fraction: 0x89abcdef };

// RFC 8285 section 4.2.
const written = hex(`
  be de 00 03  # one-byte form, 3 words
  17 e8 a1 b2  # ID 1, 8 bytes; seconds
  c3 89 ab cd  # fraction
  ef 00 00 00  # padding
`);

test('the time of capture is written', () => {
  const bytes = framed(new Uint8Array(absCaptureTimeBytes).fill(0xaa));
  writeAbsCaptureTime(bytes, framedOffset, timestamp.seconds, timestamp.fraction);
  assert.deepEqual(bytes, framed(written));
});

const received = [
  { name: 'alone', bytes: written, id: absCaptureTimeId },
  {
    name: 'behind another element and padding',
    bytes: hex(`
      be de 00 04
      31 aa bb 00  # ID 3, 2 bytes
      00 e7 e8 a1  # padding; ID 14, 8 bytes
      b2 c3 89 ab
      cd ef 00 00
    `),
    id: 14,
  },
  {
    name: "with the offset of the sender's clock",
    bytes: hex(`
      be de 00 05
      1f e8 a1 b2  # ID 1, 16 bytes
      c3 89 ab cd
      ef 00 00 00
      00 00 00 00
      01 00 00 00
    `),
    id: 1,
  },
  {
    name: 'in the two-byte form',
    bytes: hex(`
      10 03 00 04  # section 4.3
      03 00 20 08  # ID 3, nothing; ID 32, 8 bytes
      e8 a1 b2 c3
      89 ab cd ef
      00 00 00 00
    `),
    id: 32,
  },
];

for (const { name, bytes, id } of received) {
  test(`the time of capture is found ${name}`, () => {
    assert.deepEqual(parseAbsCaptureTime(framed(bytes), framedOffset, id), timestamp);
  });
}

const absent = [
  { name: 'under another number', bytes: written, id: 2 },
  { name: 'in an extension of another kind', bytes: written.with(0, 0xbf), id: 1 },
  {
    name: 'behind number 15, which ends the list',
    bytes: hex('be de 00 03 f0 17 e8 a1 b2 c3 89 ab cd ef 00 00'),
    id: 1,
  },
  { name: 'with seven bytes', bytes: hex('be de 00 02 16 e8 a1 b2 c3 89 ab cd'), id: 1 },
  { name: 'longer than the extension', bytes: hex('be de 00 02 17 e8 a1 b2 c3 89 ab cd ef 00 00 00'), id: 1 },
  { name: 'in an extension of no words', bytes: hex('be de 00 00 17 e8 a1 b2 c3 89 ab cd ef'), id: 1 },
  { name: 'where the packet has ended', bytes: hex('be de 00 03 17 e8 a1'), id: 1 },
];

for (const { name, bytes, id } of absent) {
  test(`a time of capture ${name} is not taken`, () => {
    assert.equal(parseAbsCaptureTime(bytes, 0, id), undefined);
  });
}
