import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RestartIntervals } from '../../lib/jpeg/index.js';
import { hex } from '../rtp/hex.js';

/** What was found: the bytes of each interval by its number. */
function find(
  bytes: Uint8Array,
  { count = 20, first = 0, isWhole = true }: { count?: number; first?: number; isWhole?: boolean } = {},
): { next: number; found: Record<number, Uint8Array> } {
  const intervals = new RestartIntervals();
  intervals.reset(count);
  // Bytes around the piece must not be read.
  const memory = Uint8Array.of(0xff, 0xd3, ...bytes, 0xd1, 0xff, 0xd2);
  const next = intervals.find(memory, 2, 2 + bytes.length, first, isWhole);
  const numbers = Array.from({ length: count }, (_, i) => i).filter((i) => intervals.has(i));
  const slice = (i: number): Uint8Array => memory.slice(intervals.beginOf(i), intervals.endOf(i));
  return { next, found: Object.fromEntries(numbers.map((i) => [i, slice(i)])) };
}

const pieces = [
  {
    name: 'intervals with a marker after each',
    bytes: hex('01 02 ff d0  03 ff d1  04 05 06 ff d2'),
    options: {},
    found: { 0: hex('01 02'), 1: hex('03'), 2: hex('04 05 06') },
  },
  {
    name: 'FF as data',
    bytes: hex('01 ff 00 ff 00 ff d0 ff 00'),
    options: {},
    found: { 0: hex('01 ff 00 ff 00'), 1: hex('ff 00') },
  },
  {
    name: 'numbers that go on from 7 to 0',
    bytes: hex('01 ff d7 02 ff d0'),
    options: { first: 15 },
    found: { 15: hex('01'), 16: hex('02') },
  },
  {
    name: 'a marker in front, and none behind',
    bytes: hex('ff d2 01 ff d3 02'),
    options: { first: 3 },
    found: { 3: hex('01'), 4: hex('02') },
  },
  {
    name: 'FF as filling before a marker',
    bytes: hex('01 ff ff ff d0 02'),
    options: {},
    found: { 0: hex('01'), 1: hex('02') },
  },
  {
    name: 'the last interval with EOI',
    bytes: hex('01 ff d3 02 ff d9'),
    options: { first: 3, count: 5 },
    found: { 3: hex('01'), 4: hex('02') },
  },
  {
    name: 'the last interval with EOI and filling behind it',
    bytes: hex('01 ff d9 00 00'),
    options: { first: 4, count: 5 },
    found: { 4: hex('01') },
  },
  {
    name: 'the last interval without EOI',
    bytes: hex('01 ff d3 02'),
    options: { first: 3, count: 5 },
    found: { 3: hex('01'), 4: hex('02') },
  },
  {
    name: 'a piece that breaks off in an interval',
    bytes: hex('01 ff d0 02'),
    options: { isWhole: false },
    found: { 0: hex('01') },
  },
  {
    name: 'a piece that breaks off in a marker',
    bytes: hex('01 ff d0 02 ff'),
    options: { isWhole: false },
    found: { 0: hex('01') },
  },
  {
    name: 'a piece that breaks off in its first interval',
    bytes: hex('01'),
    options: { isWhole: false },
    found: {},
  },
];

for (const { name, bytes, options, found } of pieces) {
  test(`found: ${name}`, () => {
    const { first = 0 } = options;
    assert.deepEqual(find(bytes, options), { next: first + Object.keys(found).length, found });
  });
}

const malformed = [
  { name: 'a marker out of turn', bytes: hex('01 ff d0 02 ff d2') },
  { name: 'a marker that is no restart marker', bytes: hex('01 ff d0 02 ff c4 03') },
  { name: 'an empty interval', bytes: hex('01 ff d0 ff d1') },
  { name: 'a marker in front of the first interval of the frame', bytes: hex('ff d7 01') },
  { name: 'a marker in front that ends another interval', bytes: hex('ff d1 01'), options: { first: 3 } },
  { name: 'FF at the end', bytes: hex('01 ff d0 02 ff') },
  { name: 'FF as data behind filling', bytes: hex('01 ff ff 00 ff d0') },
  { name: 'EOI before the last interval', bytes: hex('01 ff d0 02 ff d9'), options: { count: 3 } },
  { name: 'more intervals than the frame has', bytes: hex('01 ff d0 02 ff d1 03'), options: { count: 2 } },
  {
    name: 'EOI in a piece that breaks off',
    bytes: hex('01 ff d9 02'),
    options: { count: 2, isWhole: false },
  },
];

for (const { name, bytes, options } of malformed) {
  test(`refused: ${name}`, () => {
    assert.deepEqual(find(bytes, options), { next: options?.first ?? 0, found: {} });
  });
}

test('what was found before a malformed piece stays', () => {
  const intervals = new RestartIntervals();
  intervals.reset(10);
  assert.equal(intervals.find(hex('01 ff d0 02 ff d1'), 0, 6, 0, true), 2);
  assert.equal(intervals.find(hex('01 ff d2 02 ff d7'), 0, 6, 2, true), 2);
  assert.deepEqual([intervals.has(0), intervals.has(1), intervals.has(2)], [true, true, false]);
});

test('a list is empty after reset, whatever it held', () => {
  const intervals = new RestartIntervals();
  intervals.reset(3);
  intervals.find(hex('01 ff d0 02 ff d1 03'), 0, 7, 0, true);
  intervals.reset(2);
  assert.deepEqual([intervals.has(0), intervals.has(1)], [false, false]);
});

test('any bytes give intervals inside of them, without markers', () => {
  const byte = fc.oneof(fc.constantFrom(0xff, 0, 0xd0, 0xd1, 0xd9), fc.nat(255));
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 40 }), fc.boolean(), fc.nat(3), (bytes, isWhole, first) => {
      const { next, found } = find(Uint8Array.from(bytes), { count: 6, first, isWhole });
      assert.equal(next, first + Object.keys(found).length);
      for (const interval of Object.values(found)) {
        assert.ok(interval.length > 0);
        assert.doesNotMatch(Buffer.from(interval).toString('latin1'), /\xff(?!\0)/);
      }
    }),
    { numRuns: 3000 },
  );
});
