// How quantization tables get their Q: RFC 2435 section 3.1.8.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { qInBand } from '../../lib/rtp/index.js';
import { quantization, quantizationOfQ } from '../jpeg/jpeg-file.js';
import { frameOf, packetizerWith, send } from './jpeg-stream.js';

/** Tables that are RFC 2435's own for no Q. */
function ownTables(value: number): Uint8Array[] {
  return [0, 1].map((table) => quantization(table, new Uint8Array(64).fill(value + table)));
}

test('tables of RFC 2435 get its Q, and are not sent', () => {
  const packetizer = packetizerWith({ quantizationTables: 'numbered' });
  for (const q of [1, 50, 99]) {
    const packets = send(packetizer, frameOf(3000, { quantization: quantizationOfQ(q) }));
    assert.ok(packets.every(({ main, tables }) => main.q === q && tables === undefined));
  }
});

test('other tables get a number that stays theirs, and are in the first packet of every frame', () => {
  const packetizer = packetizerWith({ quantizationTables: 'numbered' });
  for (const [value, q] of [
    [3, 128],
    [4, 129],
    [3, 128],
    [9, 130],
    [4, 129],
  ] as const) {
    const packets = send(packetizer, frameOf(3000, { quantization: ownTables(value) }));
    assert.ok(packets.every(({ main }) => main.q === q));
    const [first, ...others] = packets;
    assert.deepEqual(
      first?.tables,
      Uint8Array.from({ length: 128 }, (_, i) => value + Math.floor(i / 64)),
    );
    assert.ok(others.length > 0 && others.every(({ tables }) => tables === undefined));
  }
});

test('when all numbers are taken, tables hold for their frame alone', () => {
  const packetizer = packetizerWith({ quantizationTables: 'numbered' });
  const qs = Array.from({ length: 130 }, (_, i) => {
    const [packet] = send(packetizer, frameOf(100, { quantization: ownTables(i + 5) }));
    return packet?.main.q;
  });
  assert.deepEqual(qs, [...Array.from({ length: 127 }, (_, i) => 128 + i), qInBand, qInBand, qInBand]);
});
