import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deterministicIntervalUs, rtcpIntervalUs } from '../../lib/rtcp/index.js';

const second = 1_000_000;
/** Two members, and bandwidth enough. */
const pair = { members: 2, senders: 1, isSender: true, averageRtcpBytes: 100, rtcpBytesPerSecond: 6250 };
/** A hundred members who have 1000 bytes a second: 750 for the 90 receivers, 250 for the 10 senders. */
const crowd = { members: 100, senders: 10, isSender: true, averageRtcpBytes: 200, rtcpBytesPerSecond: 1000 };

test('in a small group who receives reports every 5 s, randomised by half and compensated', () => {
  const receiver = { ...pair, isSender: false };
  assert.equal(deterministicIntervalUs(receiver), 5 * second);
  assert.ok(Math.abs(rtcpIntervalUs(receiver, 0) - 2.052 * second) < 1000);
  assert.ok(Math.abs(rtcpIntervalUs(receiver, 0.5) - 4.104 * second) < 1000);
});

test('who sends reports every second', () => {
  assert.ok(Math.abs(rtcpIntervalUs(pair, 0) - 0.4104 * second) < 1000);
  assert.ok(Math.abs(rtcpIntervalUs(pair, 0.5) - 0.8208 * second) < 1000);
});

test('who sends is gone after the same silence as who receives', () => {
  assert.equal(deterministicIntervalUs(pair), 5 * second);
});

test('any interval of a sender in a small group is between 0.4 and 1.3 s', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
      const intervalUs = rtcpIntervalUs(pair, random);
      assert.ok(intervalUs > 0.4 * second && intervalUs < 1.3 * second);
    }),
  );
});

test('few senders share a quarter of the bandwidth', () => {
  assert.equal(deterministicIntervalUs(crowd), ((10 * 200) / 250) * second);
});

test('receivers share the other three quarters', () => {
  assert.equal(deterministicIntervalUs({ ...crowd, isSender: false }), ((90 * 200) / 750) * second);
});

test('with more senders than a quarter everybody shares alike', () => {
  for (const isSender of [true, false]) {
    assert.equal(deterministicIntervalUs({ ...crowd, senders: 26, isSender }), ((100 * 200) / 1000) * second);
  }
});
