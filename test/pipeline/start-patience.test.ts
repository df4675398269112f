import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StartPatience } from '../../lib/pipeline/start-patience.js';

test('a camera that has never delivered has five seconds, and once it has, twice as long as it needed then', () => {
  const patience = new StartPatience();
  assert.equal(patience.limitMs(1000, 33), 5000);
  patience.onFirstFrame(800);
  assert.equal(patience.limitMs(1000, 33), 1600);
  assert.equal(patience.limitMs(10_000, 2000), 10_000, 'at few frames a second');
});

test('at few frames a second the first frame has the time of twenty: a Raspberry Pi leaves out the first seven', () => {
  const patience = new StartPatience();
  assert.equal(patience.limitMs(5000, 1000), 20_000);
  assert.equal(patience.limitMs(1000, 250), 5000);
  patience.onFirstFrame(8000);
  assert.equal(patience.limitMs(5000, 1000), 16_000);
});

test('a further start neither lengthens nor shortens the next ones, whatever it has met', () => {
  const patience = new StartPatience();
  for (const startMs of [700, 1300, 2600, 200]) patience.onFirstFrame(startMs);
  assert.equal(patience.limitMs(1000, 33), 1400);
});

test('the tenth start in vain has all the time, so that a camera that has become slow streams again', () => {
  const patience = new StartPatience();
  patience.onFirstFrame(300);
  const limits = Array.from({ length: 11 }, () => {
    const limitMs = patience.limitMs(1000, 33);
    patience.onSilence();
    return limitMs;
  });
  assert.deepEqual(limits, [...Array<number>(9).fill(1000), 5000, 1000]);
  patience.onFirstFrame(300);
  assert.equal(patience.limitMs(1000, 33), 1000);
});
