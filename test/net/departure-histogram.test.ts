import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DepartureHistogram } from '../../lib/net/departure-histogram.js';

test('what was never counted has no summary', () => {
  assert.equal(new DepartureHistogram().summary(), undefined);
});

for (const us of [0, 1, 7, 15, 16, 17, 100, 1000, 65_537, 3_000_000]) {
  test(`${String(us)} us is told as no less, and as an eighth more at most`, () => {
    const histogram = new DepartureHistogram();
    for (let i = 0; i < 100; i++) histogram.add(us);
    const { p50Us, p99Us } = histogram.summary() ?? { p50Us: 0, p99Us: 0 };
    assert.equal(p50Us, p99Us);
    assert.ok(p50Us > us && p50Us <= Math.max(us * 1.125, us + 1) + 1, String(p50Us));
  });
}

test('the median and the worst of a hundred', () => {
  const histogram = new DepartureHistogram();
  for (let i = 0; i < 98; i++) histogram.add(10);
  for (let i = 0; i < 2; i++) histogram.add(5000);
  histogram.add(-3); // early counts as on time
  const { p50Us, p99Us } = histogram.summary() ?? { p50Us: 0, p99Us: 0 };
  assert.equal(p50Us, 11);
  assert.ok(p99Us > 5000 && p99Us < 5700);
});
