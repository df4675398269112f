import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packetOf, TestReceiver } from './received.js';

/** The first half of a frame, and the second. */
const begin = (rtpTimestamp: number): Uint8Array => packetOf({ rtpTimestamp });
const end = (rtpTimestamp: number): Uint8Array => packetOf({ rtpTimestamp, fragmentOffset: 4, marker: true });
const whole = (rtpTimestamp: number): Uint8Array => packetOf({ rtpTimestamp, marker: true });

test('nothing waits, nothing is due', () => {
  const receiver = new TestReceiver();
  assert.equal(receiver.depacketizer.nextDeadlineUs, Infinity);
  receiver.receive([whole(3000)]);
  assert.equal(receiver.depacketizer.nextDeadlineUs, Infinity);
  receiver.depacketizer.advance(1e9);
  assert.deepEqual(receiver.timestamps, [3000]);
});

test('a complete frame waits for an older one, and comes after it', () => {
  const receiver = new TestReceiver();
  receiver.receive([begin(3000), whole(6000)]);
  assert.deepEqual(receiver.timestamps, []);
  receiver.receive([end(3000)]);
  assert.deepEqual(receiver.timestamps, [3000, 6000]);
});

test('a frame that a complete one overtakes as a whole is late', () => {
  const receiver = new TestReceiver();
  receiver.receive([whole(6000), whole(3000)]);
  assert.deepEqual(receiver.timestamps, [6000]);
  assert.deepEqual(receiver.drops, { late: 1 });
});

test('an incomplete frame is given up so long after the first packet of a later one', () => {
  const receiver = new TestReceiver({ latencyUs: 20_000 });
  receiver.receive([begin(3000)], 0);
  receiver.receive([begin(6000)], 10_000);
  assert.equal(receiver.depacketizer.nextDeadlineUs, 30_000);
  receiver.receive([end(6000)], 15_000);
  receiver.depacketizer.advance(29_999);
  assert.deepEqual(receiver.timestamps, []);
  receiver.depacketizer.advance(30_000);
  assert.deepEqual(receiver.timestamps, [6000]);
  assert.equal(receiver.statistics.framesLost, 1);
});

test('50 ms when nothing else is said', () => {
  const receiver = new TestReceiver();
  receiver.receive([begin(3000), whole(6000)], 7);
  assert.equal(receiver.depacketizer.nextDeadlineUs, 50_007);
});

test('the later frame may have come first', () => {
  const receiver = new TestReceiver({ latencyUs: 20_000 });
  receiver.receive([begin(6000)], 1000);
  receiver.receive([begin(3000)], 5000);
  assert.equal(receiver.depacketizer.nextDeadlineUs, 21_000);
});

test('the packet that completes a frame counts, also when it comes after the time', () => {
  const receiver = new TestReceiver({ latencyUs: 20_000 });
  receiver.receive([begin(3000), whole(6000)], 0);
  receiver.receive([end(3000)], 90_000);
  assert.deepEqual(receiver.timestamps, [3000, 6000]);
});

test('any packet gives up what has waited too long', () => {
  const receiver = new TestReceiver({ latencyUs: 20_000 });
  receiver.receive([begin(3000), whole(6000)], 0);
  receiver.receive([begin(9000)], 20_000);
  assert.deepEqual(receiver.timestamps, [6000]);
});

test('the newest frame is given up when it has been silent for a second', () => {
  const receiver = new TestReceiver();
  receiver.receive([begin(3000)], 0);
  receiver.receive([packetOf({ rtpTimestamp: 3000, fragmentOffset: 8 })], 600_000);
  assert.equal(receiver.depacketizer.nextDeadlineUs, 1_600_000);
  receiver.depacketizer.advance(1_600_000);
  assert.equal(receiver.statistics.framesLost, 1);
  assert.equal(receiver.depacketizer.nextDeadlineUs, Infinity);
});

test('duplicates do not keep a frame waiting', () => {
  const receiver = new TestReceiver();
  receiver.receive([begin(3000)], 0);
  receiver.receive([begin(3000)], 900_000);
  assert.equal(receiver.depacketizer.nextDeadlineUs, 1_000_000);
});

test('eight frames wait at a time; one more gives up the oldest, and order stays', () => {
  const receiver = new TestReceiver({ latencyUs: 1e9 });
  const timestamps = Array.from({ length: 8 }, (_, i) => 3000 * (i + 1));
  receiver.receive(timestamps.map(begin));
  receiver.receive([begin(1000)]);
  assert.deepEqual(receiver.drops, { late: 1 });
  receiver.receive([end(6000), end(9000), begin(7000)]);
  assert.deepEqual([receiver.timestamps, receiver.statistics.framesLost], [[6000], 1]);
  receiver.receive([end(7000)]);
  assert.deepEqual(receiver.timestamps, [6000, 7000, 9000]);
});

test('timestamps that go back by more than 2 s are a new beginning, not late', () => {
  const receiver = new TestReceiver();
  receiver.receive([whole(1_000_000), whole(820_001), whole(820_000), whole(823_000)]);
  assert.deepEqual(receiver.timestamps, [1_000_000, 820_000, 823_000]);
  assert.deepEqual(receiver.drops, { late: 1 });
});

test('a stray timestamp far ahead does not stop the stream', () => {
  const receiver = new TestReceiver();
  receiver.receive([whole(3000), begin(2 ** 30)], 0);
  receiver.receive([whole(6000)], 33_000);
  receiver.depacketizer.advance(1_000_000);
  receiver.receive([whole(93_000)], 1_000_000);
  assert.deepEqual(receiver.timestamps, [3000, 6000, 93_000]);
});

test('after reset() nothing is late, and what waited is lost', () => {
  const receiver = new TestReceiver();
  receiver.receive([whole(3000), begin(6000), whole(9000)]);
  receiver.depacketizer.reset();
  assert.equal(receiver.depacketizer.nextDeadlineUs, Infinity);
  receiver.receive([whole(2000), end(6000)]);
  assert.deepEqual([receiver.timestamps, receiver.statistics.framesLost], [[3000, 2000], 2]);
});
