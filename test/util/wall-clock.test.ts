import assert from 'node:assert/strict';
import { test, mock } from 'node:test';
import { unixUs } from '../../lib/util/wall-clock.js';

test('the time is that of Date.now(), and finer', () => {
  const beforeMs = Date.now();
  const times = Array.from({ length: 100 }, unixUs);
  assert.ok(Math.abs((times[0] ?? 0) / 1e3 - beforeMs) < 50);
  assert.ok(new Set(times.map((timeUs) => timeUs % 1000)).size > 10);
});

test('a clock that is set is followed', () => {
  const realMs = Date.now();
  mock.method(Date, 'now', () => realMs - 3_600_000);
  assert.ok(Math.abs(unixUs() / 1e3 - (realMs - 3_600_000)) < 50);
  mock.restoreAll();
});
