import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from './fuzz.js';

// More of it: npm run fuzz.
test('200,000 damaged packets: nothing is thrown, and frames come through all the same', () => {
  for (const seed of [1, 2]) {
    const { frames } = fuzz(seed, 100_000);
    assert.ok(frames > 100, String(frames));
  }
});
