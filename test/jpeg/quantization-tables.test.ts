import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findStaticQ, staticQuantizationTables } from '../../lib/jpeg/index.js';

// RFC 2435 appendix A: the tables of Q 50, in zigzag order.
const luminance = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58,
  51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103,
  62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
];
const chrominance = [
  17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];
const base = [...luminance, ...chrominance];

test('Q 50 stands for the tables of the RFC as they are', () => {
  assert.deepEqual([...staticQuantizationTables(50)], base);
});

test('Q 75 halves them, rounded', () => {
  assert.deepEqual(
    [...staticQuantizationTables(75)],
    base.map((value) => Math.floor((value * 50 + 50) / 100)),
  );
});

test('Q 99 keeps a fiftieth, at least 1', () => {
  assert.deepEqual(
    [...staticQuantizationTables(99)],
    base.map((value) => (value < 75 ? 1 : 2)),
  );
});

test('Q 1 is coarsest: no value fits but 255', () => {
  assert.deepEqual(
    [...staticQuantizationTables(1)],
    Array.from(base, () => 255),
  );
});

test('Q 49 and 51 lie on the two branches of the formula', () => {
  const [below = 0, above = 0] = [49, 51].map((q) => staticQuantizationTables(q)[45]);
  assert.deepEqual([below, above], [111, 107]); // of 109: 102 % and 98 %
});

test('every Q of 1..99 is found by its tables, wherever they lie and whatever was likely', () => {
  const memory = new Uint8Array(300);
  for (let q = 1; q <= 99; q++) {
    const tables = staticQuantizationTables(q);
    memory.set(tables.subarray(64), 7);
    memory.set(tables.subarray(0, 64), 200);
    for (const likelyQ of [0, q, 1, 99]) assert.equal(findStaticQ(memory, 200, 7, likelyQ), q);
  }
});

test('tables that differ in one value have no Q', () => {
  const tables = staticQuantizationTables(85);
  for (const at of [0, 63, 64, 127]) {
    assert.equal(findStaticQ(tables.with(at, (tables[at] ?? 0) + 1), 0, 64, 85), 0);
  }
});

test('tables of two different Q have none', () => {
  const mixed = [
    ...staticQuantizationTables(40).subarray(0, 64),
    ...staticQuantizationTables(60).subarray(64),
  ];
  assert.equal(findStaticQ(Uint8Array.from(mixed), 0, 64, 0), 0);
});

test('tables that end after the memory have no Q', () => {
  assert.equal(findStaticQ(staticQuantizationTables(50).subarray(0, 127), 0, 64, 50), 0);
});
