import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentValues } from '../../lib/util/recent-values.js';

test('without values there are no quantiles', () => {
  assert.equal(new RecentValues().quantiles(), undefined);
});

test('quantiles are values that were there', () => {
  const values = new RecentValues();
  for (const value of [5, 1, 3, 2, 4]) values.add(value);
  assert.deepEqual(values.quantiles(), { p50: 3, p99: 5 });
  assert.equal(values.count, 5);
});

test('the last 512 values count', () => {
  const values = new RecentValues();
  for (let i = 0; i < 1000; i++) values.add(1e6);
  for (let i = 1; i <= 512; i++) values.add(i);
  assert.deepEqual(values.quantiles(), { p50: 256, p99: 507 });
  assert.equal(values.count, 1512);
});
