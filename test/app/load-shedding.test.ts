import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoadShedding } from '../../lib/app/load-shedding.js';

function levels(shares: readonly number[]): number[] {
  const shedding = new LoadShedding(1000);
  return shares.map((share) => shedding.look(share * 1000));
}

test('near the bound previews go first, then every second JPEG, and not at the first sight of it', () => {
  assert.deepEqual(levels([0.5, 0.95, 0.95, 0.95, 0.95, 0.99, 0.99]), [0, 0, 1, 1, 2, 2, 2]);
});

test('a peak that is over at the next look changes nothing', () => {
  assert.deepEqual(levels([0.95, 0.85, 0.95, 0.85, 0.95]), [0, 0, 0, 0, 0]);
});

test('what was given up comes back step by step, once memory has been low for a while', () => {
  const up = [0.95, 0.95, 0.95, 0.95];
  const low = Array.from({ length: 10 }, () => 0.7);
  assert.deepEqual(levels([...up, ...low]).slice(4), [2, 2, 2, 2, 1, 1, 1, 1, 1, 0]);
  assert.deepEqual(levels([...up, 0.85, 0.85, 0.85, 0.85, 0.85, 0.85]).slice(4), [2, 2, 2, 2, 2, 2]);
});
