import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CapturePairing } from '../../lib/camera/capture-pairing.js';
import { SkewMeter } from '../../lib/camera/skew-meter.js';

/** Offers captures [side, time]; returns pairs as [first, second, skew], and what had no partner. */
function pairUp(captures: readonly (readonly [0 | 1, number])[], maxSkewUs = 50) {
  const unpaired: number[] = [];
  const pairing = new CapturePairing<number>(maxSkewUs, (time) => unpaired.push(time));
  const pairs = captures.flatMap(([side, time]) => {
    const pair = pairing.offer(side, time, time);
    return pair ? [[...pair.items, pair.skewUs]] : [];
  });
  pairing.clear();
  return { pairs, unpaired };
}

test('captures in turn are pairs, in the order of the cameras', () => {
  const { pairs, unpaired } = pairUp([
    [0, 1000],
    [1, 1010],
    [1, 1095],
    [0, 1100],
    [1, 1200],
    [0, 1200],
  ]);
  assert.deepEqual(pairs, [
    [1000, 1010, 10],
    [1100, 1095, -5],
    [1200, 1200, 0], // and never -0
  ]);
  assert.deepEqual(unpaired, []);
});

test('a camera that is behind by some frames is waited for', () => {
  const { pairs, unpaired } = pairUp([
    [0, 1000],
    [0, 1100],
    [0, 1200],
    [1, 1001],
    [1, 1101],
    [1, 1201],
  ]);
  assert.deepEqual(
    pairs.map(([first]) => first),
    [1000, 1100, 1200],
  );
  assert.deepEqual(unpaired, []);
});

test('a frame that one camera lost leaves the other alone', () => {
  const { pairs, unpaired } = pairUp([
    [0, 1000],
    [1, 1001],
    [0, 1100],
    [0, 1200],
    [1, 1201],
    [1, 1301],
    [0, 1300],
  ]);
  assert.deepEqual(
    pairs.map(([first]) => first),
    [1000, 1200, 1300],
  );
  assert.deepEqual(unpaired, [1100]);
});

test('what lies too far apart is no pair', () => {
  const { pairs, unpaired } = pairUp([
    [0, 1000],
    [1, 1051],
    [1, 1151],
    [0, 1101],
  ]);
  assert.deepEqual(pairs, [[1101, 1051, -50]]);
  assert.deepEqual(unpaired, [1000, 1151]);
});

test('the other camera being gone, no more than four wait', () => {
  const { pairs, unpaired } = pairUp(Array.from({ length: 10 }, (_, i) => [0, i * 100] as const));
  assert.deepEqual(pairs, []);
  assert.deepEqual(unpaired, [0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
});

test('the skew meter knows the last skew with its sign, and the distances of the last pairs', () => {
  const meter = new SkewMeter(30);
  assert.equal(meter.statistics(), undefined);
  for (let i = 0; i < 1000; i++) {
    meter.observe(0, i * 33_333);
    // 100 us apart, every fiftieth 9 ms.
    meter.observe(1, i * 33_333 + (i % 50 === 0 ? 9000 : i % 2 === 0 ? 100 : -100));
  }
  assert.deepEqual(meter.statistics(), { lastUs: -100, p50Us: 100, p99Us: 9000, pairs: 1000 });
});
