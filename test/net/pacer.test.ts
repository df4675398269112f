import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BurstSchedule } from '../../lib/net/burst-schedule.js';
import { Pacer } from '../../lib/net/pacer.js';

const frameUs = 1e6 / 30;

interface Frame {
  readonly captureTimeUs: number;
  readonly nowUs: number;
  readonly packets: number;
}

/** When each packet of a frame leaves. */
function departures(pacer: Pacer, { captureTimeUs, nowUs, packets }: Frame): number[] {
  const schedule = new BurstSchedule();
  pacer.beginFrame(captureTimeUs, nowUs, packets);
  pacer.plan(packets, true, nowUs, schedule);
  return departuresOf(schedule);
}

function departuresOf(schedule: BurstSchedule): number[] {
  const times: number[] = [];
  for (let burst = 0; burst < schedule.burstCount; burst++) {
    for (let i = 0; i < schedule.packetCount(burst); i++) times.push(schedule.departureUs(burst));
  }
  return times;
}

/** A frame as the others: captured on the grid, there 5 ms later. */
function usual(index: number, packets: number): Frame {
  const captureTimeUs = 1e9 + index * frameUs;
  return { captureTimeUs, nowUs: captureTimeUs + 5000, packets };
}

/** A pacer that has seen some frames. */
function accustomed(spread: number): Pacer {
  const pacer = new Pacer(spread);
  for (let i = 0; i < 10; i++) departures(pacer, usual(i, 100));
  return pacer;
}

test('without spread all packets leave at once', () => {
  assert.deepEqual(new Set(departures(new Pacer(0), usual(0, 500))), new Set([0]));
});

test('a large frame is spread evenly over its part of the frame time', () => {
  const frame = usual(10, 800);
  const times = departures(accustomed(0.5), frame);
  assert.equal(times.length, 800);
  assert.equal(times[0], frame.nowUs);
  const distances = times.slice(8).map((time, i) => time - (times[i] ?? 0));
  for (const distance of distances) assert.ok(Math.abs(distance - (0.5 * frameUs) / 100) < 0.01);
  const last = times.at(-1) ?? 0;
  assert.ok(last - frame.nowUs <= 0.5 * frameUs && last - frame.nowUs > 0.48 * frameUs);
});

test('bursts are of eight packets at most, the last of what is left', () => {
  const schedule = new BurstSchedule();
  const pacer = accustomed(0.5);
  pacer.beginFrame(1e9 + 10 * frameUs, 1e9 + 10 * frameUs + 5000, 20);
  pacer.plan(20, true, 1e9 + 10 * frameUs + 5000, schedule);
  assert.deepEqual(
    [0, 1, 2].map((burst) => schedule.packetCount(burst)),
    [8, 8, 4],
  );
  assert.equal(schedule.burstCount, 3);
});

test('a small frame is not delayed: its bursts are half a millisecond apart', () => {
  const frame = usual(10, 24);
  assert.equal((departures(accustomed(0.5), frame).at(-1) ?? 0) - frame.nowUs, 1000);
});

test('a frame that is late has less time, and the next one begins as usual', () => {
  const pacer = accustomed(0.5);
  const onTime = usual(10, 800);
  const late = { ...onTime, nowUs: onTime.nowUs + 10_000 };
  const last = departures(pacer, late).at(-1) ?? 0;
  assert.ok(last <= onTime.nowUs + 0.5 * frameUs + 1, 'ends when it would have ended');
  const next = usual(11, 800);
  assert.equal(departures(pacer, next)[0], next.nowUs);
});

test('a frame that is later than its time leaves at once', () => {
  const onTime = usual(10, 800);
  const late = { ...onTime, nowUs: onTime.nowUs + frameUs };
  assert.deepEqual(new Set(departures(accustomed(0.5), late)), new Set([late.nowUs]));
});

test('after frames were lost the time is not spread over the gap', () => {
  const pacer = accustomed(1);
  const frame = usual(40, 3200);
  const took = (departures(pacer, frame).at(-1) ?? 0) - frame.nowUs;
  assert.ok(took < 1.1 * frameUs, String(took));
});

test('a frame that comes in parts goes on where it was, and never before its part is there', () => {
  const pacer = accustomed(0.5);
  const { captureTimeUs, nowUs } = usual(10, 100);
  const schedule = new BurstSchedule();
  pacer.beginFrame(captureTimeUs, nowUs, 100);
  pacer.plan(16, false, nowUs, schedule);
  const first = departuresOf(schedule);
  pacer.plan(16, false, nowUs + 200, schedule);
  const second = departuresOf(schedule);
  pacer.plan(8, true, nowUs + 8000, schedule);
  assert.ok((second[0] ?? 0) > (first.at(-1) ?? 0), 'one after the other');
  assert.deepEqual(new Set(departuresOf(schedule)), new Set([nowUs + 8000]), 'the encoder was slower');
});

/** A frame that comes in eight parts while it is being encoded; when each of its packets leaves after its begin. */
function inParts(packets: number, expectedPackets: number): number[] {
  const pacer = accustomed(0.5);
  const { captureTimeUs, nowUs } = usual(10, packets);
  const schedule = new BurstSchedule();
  pacer.beginFrame(captureTimeUs, nowUs, expectedPackets);
  return Array.from({ length: 8 }, (_, part) => {
    pacer.plan(packets / 8, part === 7, nowUs + part * 500, schedule);
    return departuresOf(schedule).map((time) => time - nowUs);
  }).flat();
}

for (const [packets, expectedPackets] of [
  [1024, 1024],
  [1024, 820],
  [1024, 2048],
  [1024, 512],
] as const) {
  test(`${String(packets)} packets where ${String(expectedPackets)} were expected never leave faster than when that was known`, () => {
    const times = inParts(packets, expectedPackets);
    const leastGapUs = (0.5 * frameUs) / (Math.max(packets, expectedPackets) / 8);
    const gaps = times.slice(8).map((time, i) => time - (times[i] ?? 0));
    assert.ok(Math.min(...gaps) > 0.98 * leastGapUs, String(Math.min(...gaps)));
    // A half more than its time when there are twice as many as expected, and in its time when there are fewer.
    assert.ok((times.at(-1) ?? 0) < (packets > expectedPackets ? 0.95 : 0.5) * frameUs, String(times.at(-1)));
  });
}

test('nothing to send is one burst of nothing', () => {
  const schedule = new BurstSchedule();
  for (const spread of [0, 0.5]) {
    const pacer = new Pacer(spread);
    pacer.beginFrame(0, 0, 0);
    pacer.plan(0, true, 0, schedule);
    assert.deepEqual([schedule.burstCount, schedule.packetCount(0), schedule.departureUs(0)], [1, 0, 0]);
  }
});
