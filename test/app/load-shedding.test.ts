import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoadShedding } from '../../lib/app/load-shedding.js';

/** The levels that so many looks at this share of the bound end at, one after the other. */
function levels(...spells: readonly (readonly [looks: number, share: number])[]): (number | undefined)[] {
  const shedding = new LoadShedding(1000);
  return spells.map(([looks, share]) =>
    Array.from({ length: looks }, () => shedding.look(share * 1000)).at(-1),
  );
}

test('near the bound previews go first, then every second JPEG, and each after two seconds', () => {
  assert.deepEqual(
    levels([1, 0.5], [7, 0.95], [1, 0.95], [7, 0.99], [1, 0.99], [99, 0.99]),
    [0, 0, 1, 1, 2, 2],
  );
});

test('a peak that is soon over changes nothing', () => {
  assert.deepEqual(levels([7, 0.95], [1, 0.85], [7, 0.95]), [0, 0, 0]);
});

test('once memory is low all JPEGs come back within a second, previews when it stays low', () => {
  assert.deepEqual(levels([16, 0.95], [3, 0.7], [1, 0.7], [19, 0.7], [1, 0.7]), [2, 2, 1, 1, 0]);
  assert.deepEqual(levels([16, 0.95], [99, 0.85]), [2, 2]);
});
