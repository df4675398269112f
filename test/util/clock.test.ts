import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monotonicUs } from '../../lib/util/clock.js';

test('it is the clock of process.hrtime(), within what two readings take', () => {
  let leastUs = Infinity;
  for (let i = 0; i < 100; i++) {
    const [seconds, nanoseconds] = process.hrtime();
    leastUs = Math.min(leastUs, Math.abs(monotonicUs() - (seconds * 1e6 + nanoseconds / 1e3)));
  }
  assert.ok(leastUs < 50, String(leastUs));
});
