import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RestartMarkers } from '../../lib/jpeg/restart-markers.js';

/** Where markers end in a scan that is there all at once, or in these steps. */
function endsIn(scan: readonly number[], steps: readonly number[] = []): number[] {
  const before = [0xff, 0xd3, 1];
  const bytes = Uint8Array.from([...before, ...scan, 0xff, 0xd0]);
  const markers = new RestartMarkers();
  markers.begin();
  for (const scanBytes of [...steps, scan.length]) markers.readTo(bytes, before.length, scanBytes);
  return Array.from({ length: markers.count }, (_, i) => markers.endOf(i));
}

test('markers are found, and what is no marker of this kind is not', () => {
  assert.deepEqual(endsIn([1, 0xff, 0xd0, 2, 0xff, 0xd7, 0xff, 0x00, 0xd1, 0xff, 0xd8, 0xff, 0xd9]), [3, 6]);
  assert.deepEqual(endsIn([]), []);
});

test('fill bytes may stand before a marker', () => {
  assert.deepEqual(endsIn([1, 0xff, 0xff, 0xff, 0xd0, 2]), [5]);
});

test('a marker that is cut in half is found when the rest is there', () => {
  const scan = [1, 2, 0xff, 0xd0, 3, 0xff];
  assert.deepEqual(endsIn(scan, [3]), [4]);
  assert.deepEqual(endsIn(scan, [0, 1, 2, 3, 4, 5]), [4]);
});

test('a scan that grows has the same markers as one that is whole', () => {
  const byte = fc.oneof(
    fc.constant(0xff),
    fc.integer({ min: 0xcf, max: 0xd9 }),
    fc.integer({ max: 255, min: 0 }),
  );
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 60 }), fc.array(fc.nat(60), { maxLength: 6 }), (scan, cuts) => {
      const steps = cuts.map((cut) => Math.min(cut, scan.length)).sort((a, b) => a - b);
      assert.deepEqual(endsIn(scan, steps), endsIn(scan));
    }),
    { numRuns: 1000 },
  );
});

test('numbers that follow each other are regular, from 0 to 7 and again', () => {
  const isRegular = (numbers: readonly number[]): boolean => {
    const bytes = Uint8Array.from(numbers.flatMap((number) => [1, 0xff, 0xd0 + number]));
    const markers = new RestartMarkers();
    markers.begin();
    markers.readTo(bytes, 0, bytes.length);
    return markers.isRegular;
  };
  assert.ok(isRegular([]));
  assert.ok(isRegular(Array.from({ length: 1000 }, (_, i) => i % 8)));
  assert.ok(!isRegular([1]));
  assert.ok(!isRegular([0, 1, 3]));
  assert.ok(!isRegular([0, 0]));
});

test('a new scan begins anew', () => {
  const markers = new RestartMarkers();
  const bytes = Uint8Array.of(0xff, 0xd5, 1);
  for (let turn = 0; turn < 2; turn++) {
    markers.begin();
    markers.readTo(bytes, 0, 3);
    assert.deepEqual([markers.count, markers.isRegular, markers.endOf(0)], [1, false, 2]);
  }
});
