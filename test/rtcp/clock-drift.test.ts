import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClockDrift } from '../../lib/rtcp/index.js';

const second = 1_000_000;
/** CLOCK_REALTIME - CLOCK_MONOTONIC of a machine started in 2026. */
const bootUs = 1_790_000_000 * second;

/** Samples every 5 s, the wall clock fast by so many ppm and read with an error of up to 50 us. */
function sample(drift: ClockDrift, fromSecond: number, count: number, ppm: number, stepUs = 0): void {
  for (let i = 0; i < count; i++) {
    const seconds = fromSecond + 5 * i;
    const errorUs = ((i * 37) % 101) - 50;
    drift.add(seconds * second, bootUs + seconds * ppm + errorUs + stepUs);
  }
}

function assertNear(actual: number | undefined, expected: number, tolerance: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) < tolerance, String(actual));
}

test('nothing is known of the drift before the second sample', () => {
  const drift = new ClockDrift();
  assert.equal(drift.driftPpm, undefined);
  drift.add(0, bootUs);
  assert.equal(drift.driftPpm, undefined);
});

test('two samples of one moment say nothing about the drift', () => {
  const drift = new ClockDrift();
  drift.add(second, bootUs);
  drift.add(second, bootUs);
  assert.equal(drift.driftPpm, undefined);
});

for (const ppm of [0, 40, -100, 450]) {
  test(`a drift of ${String(ppm)} ppm is found, and is no step`, () => {
    const drift = new ClockDrift();
    sample(drift, 100, 20, ppm);
    assertNear(drift.driftPpm, ppm, 2);
    assert.equal(drift.steps, 0);
  });
}

test('the drift is that of the last samples', () => {
  const drift = new ClockDrift();
  sample(drift, 0, 40, 0);
  // From here 60 ppm, beginning where the others ended.
  for (let i = 0; i < 32; i++) drift.add((200 + 5 * i) * second, bootUs + 5 * i * 60);
  assertNear(drift.driftPpm, 60, 1);
  assert.equal(drift.steps, 0);
});

test('a clock that is set is counted, and the drift begins anew', () => {
  const drift = new ClockDrift();
  sample(drift, 0, 20, 40);
  drift.add(100 * second, bootUs + 100 * 40 + 3600 * second);
  assert.equal(drift.steps, 1);
  assert.equal(drift.driftPpm, undefined);
  sample(drift, 105, 20, 40, 3600 * second);
  assertNear(drift.driftPpm, 40, 2);
  assert.equal(drift.steps, 1);
});

test('11 ms are a step, 9 ms are none, forwards and back', () => {
  for (const [stepUs, steps] of [
    [11_000, 1],
    [-11_000, 1],
    [9_000, 0],
    [-9_000, 0],
  ] as const) {
    const drift = new ClockDrift();
    for (let i = 0; i < 5; i++) drift.add(i * second, bootUs);
    drift.add(5 * second, bootUs + stepUs);
    assert.equal(drift.steps, steps);
  }
});

test('an hour without samples at 100 ppm is no step', () => {
  const drift = new ClockDrift();
  for (let i = 0; i < 20; i++) drift.add(5 * i * second, bootUs + 500 * i);
  drift.add(3600 * second, bootUs + 360_000);
  assert.equal(drift.steps, 0);
});

test('the errors of samples that lie close together foretell no step', () => {
  const drift = new ClockDrift();
  drift.add(0, bootUs);
  drift.add(1000, bootUs + 50);
  drift.add(5 * second, bootUs);
  assert.equal(drift.steps, 0);
});
