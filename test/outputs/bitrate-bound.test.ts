import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BitrateBound, type ReportedReception } from '../../lib/outputs/rtp/bitrate-bound.js';

const maxKbps = 1000;

function report(options: Partial<ReportedReception> = {}): ReportedReception {
  return { ssrc: 1, fractionLost: 0, jitterMs: 2, lastReportAgeMs: 0, ...options };
}

/** The bound after these reports, one every five seconds. */
function after(...reports: readonly (readonly ReportedReception[])[]): number {
  const bound = new BitrateBound(maxKbps);
  reports.forEach((receivers, i) => {
    bound.onReports(receivers, (i + 1) * 5e6);
  });
  return Math.round(bound.kbps);
}

const lossy = [report({ fractionLost: 0.03 })];
const clean = [report()];

test('without reports it is what was configured, and clean ones leave it', () => {
  assert.equal(after(), 1000);
  assert.equal(after(clean, clean), 1000);
});

test('loss of more than two percent lowers it by 15 percent a report', () => {
  assert.equal(after([report({ fractionLost: 0.02 })]), 1000);
  assert.equal(after(lossy), 850);
  assert.equal(after(lossy, lossy), 723);
});

test('it goes back by five percent a report, up to what was configured', () => {
  assert.equal(after(lossy, lossy, clean), 759);
  assert.equal(after(lossy, ...Array.from({ length: 10 }, () => clean)), 1000);
});

test('a little loss leaves it where it is', () => {
  assert.equal(after(lossy, [report({ fractionLost: 0.01 })]), 850);
  assert.equal(after(lossy, [report({ fractionLost: 0.004 })]), 893);
});

test('it never falls below a tenth, or what was configured', () => {
  assert.equal(after(...Array.from({ length: 100 }, () => lossy)), 100);
  for (const minKbps of [1, 400, 1000]) {
    const bound = new BitrateBound(maxKbps, minKbps);
    for (let i = 0; i < 100; i++) bound.onReports(lossy, i * 1e6);
    assert.equal(bound.kbps, minKbps);
  }
});

for (const minKbps of [1, 100, 800]) {
  test(`when nobody reports any more, it goes from ${String(minKbps)} of 1000 to what was configured within a minute`, () => {
    const bound = new BitrateBound(maxKbps, minKbps);
    for (let i = 0; i < 100; i++) bound.onReports(lossy, i * 1e6);
    const kbps: number[] = [];
    for (let frame = 0; frame < 60 * 30; frame++) {
      bound.recover(99e6 + (frame * 1e6) / 30);
      kbps.push(bound.kbps);
    }
    assert.deepEqual([kbps[10 * 30 - 1], kbps.at(-1), bound.lastChange], [minKbps, 1000, 'recovery']);
    const steps = kbps.map((value, i) => value - (kbps[i - 1] ?? value));
    assert.ok(steps.every((step, i) => step >= 0 && step <= Math.max(10, 0.0501 * (kbps[i - 1] ?? 0))));
    assert.ok(steps.filter((step) => step > 0).length >= 5, 'little by little');
  });
}

test('while receivers report losses it does not recover', () => {
  const bound = new BitrateBound(maxKbps);
  for (let i = 0; i < 100; i++) {
    bound.onReports(lossy, i * 5e6);
    for (let frame = 0; frame < 150; frame++) bound.recover(i * 5e6 + (frame * 1e6) / 30);
  }
  assert.equal(bound.kbps, 100);
});

test('a thousand reports a second lower it no faster than one each 0.8 s', () => {
  const bound = new BitrateBound(maxKbps);
  for (let i = 0; i < 2000; i++)
    bound.onReports([report({ ssrc: i, fractionLost: 1, jitterMs: 4e7 })], i * 1000);
  assert.equal(Math.round(bound.kbps), Math.round(1000 * 0.85 ** 3));
});

test('jitter lowers it when it has grown steeply, not when it was always there', () => {
  const calm = Array.from({ length: 10 }, () => [report({ jitterMs: 5 })]);
  assert.equal(after(...calm, [report({ jitterMs: 60 })]), 850);
  assert.equal(after(...calm, [report({ jitterMs: 14 })]), 1000);
  assert.equal(after(...Array.from({ length: 10 }, () => [report({ jitterMs: 60 })])), 1000);
  const bound = new BitrateBound(maxKbps);
  bound.onReports([report({ jitterMs: 5 })], 1e6);
  bound.onReports([report({ jitterMs: 60 })], 6e6);
  assert.equal(bound.lastChange, 'jitter');
});

test('of several receivers each one that loses lowers it, and all have to be well before it goes up', () => {
  const [first, second] = [report({ ssrc: 1 }), report({ ssrc: 2, fractionLost: 0.1 })];
  const [old, oldSecond] = [
    report({ ssrc: 1, lastReportAgeMs: 100 }),
    report({ ssrc: 2, fractionLost: 0.1, lastReportAgeMs: 100 }),
  ];
  assert.equal(after([old, second]), 850);
  assert.equal(after([old, second], [first, oldSecond]), 850);
  assert.equal(after([old, second], [first, report({ ssrc: 2, lastReportAgeMs: 9 })]), 893);
});

test('reports that come together count once', () => {
  const bound = new BitrateBound(maxKbps);
  for (let i = 0; i < 10; i++) bound.onReports([report({ ssrc: i, fractionLost: 0.5 })], 1e6 + i * 10_000);
  assert.equal(bound.kbps, 850);
});

test('what is no report changes nothing', () => {
  assert.equal(after([report({ fractionLost: 1, lastReportAgeMs: 3 })], []), 1000);
});
