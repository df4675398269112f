import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RtpSource } from '../../lib/rtp/index.js';

/** A source after probation, whose first counted packet has this sequence number. */
function provenSource(first: number): RtpSource {
  const source = new RtpSource(1, 90_000);
  assert.equal(source.accept((first - 1) & 0xffff, 0, 0), 'probation');
  assert.equal(source.accept(first, 0, 0), 'accepted');
  return source;
}

/** Packets without jitter; their verdicts. */
function acceptAll(source: RtpSource, sequenceNumbers: readonly number[]): string[] {
  return sequenceNumbers.map((number) => source.accept(number & 0xffff, 0, 0));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

// RFC 3550 appendix A.1.
test('two packets in sequence make a source, and the second is the first that counts', () => {
  const source = new RtpSource(0xdeadbeef, 90_000);
  assert.equal(source.ssrc, 0xdeadbeef);
  assert.deepEqual(acceptAll(source, [1000]), ['probation']);
  assert.deepEqual([source.packetsExpected, source.packetsReceived, source.packetsLost], [0, 0, 0]);
  assert.deepEqual(acceptAll(source, [1001, 1002]), ['accepted', 'accepted']);
  assert.deepEqual([source.packetsExpected, source.packetsReceived], [2, 2]);
});

test('packets that do not follow each other stay on probation', () => {
  const source = new RtpSource(1, 90_000);
  assert.deepEqual(acceptAll(source, [10, 12, 11, 11, 12]), [
    'probation',
    'probation',
    'probation',
    'probation',
    'accepted',
  ]);
});

test('probation goes on over the end of the sequence numbers', () => {
  const source = new RtpSource(1, 90_000);
  assert.deepEqual(acceptAll(source, [0xffff, 0]), ['probation', 'accepted']);
  assert.equal(source.extendedHighestSequenceNumber, 0);
});

test('sequence numbers that begin again are counted on', () => {
  const source = provenSource(0xfffe);
  acceptAll(source, [0xffff, 0, 1]);
  assert.equal(source.extendedHighestSequenceNumber, 0x1_0001);
  assert.deepEqual([source.packetsExpected, source.packetsReceived, source.packetsLost], [4, 4, 0]);
});

test('a late packet from before the new beginning does not count as another one', () => {
  const source = provenSource(0xfffe);
  acceptAll(source, [0, 0xffff, 1]);
  assert.equal(source.extendedHighestSequenceNumber, 0x1_0001);
  assert.equal(source.packetsLost, 0);
});

test('a gap below 10,000 is a loss', () => {
  const source = provenSource(100);
  assert.deepEqual(acceptAll(source, [100 + 9999]), ['accepted']);
  assert.equal(source.packetsLost, 9998);
});

test('a jump is refused, however many packets follow it', () => {
  const source = provenSource(100);
  assert.deepEqual(acceptAll(source, [10_100, 10_101, 10_102, 101]), [
    'refused',
    'refused',
    'refused',
    'accepted',
  ]);
  assert.equal(source.extendedHighestSequenceNumber, 101);
  assert.deepEqual([source.packetsExpected, source.packetsReceived], [2, 2]);
});

test('stray packets do not disturb the stream', () => {
  const source = provenSource(100);
  assert.deepEqual(acceptAll(source, [40_000, 101, 50_000, 102]), [
    'refused',
    'accepted',
    'refused',
    'accepted',
  ]);
  assert.equal(source.packetsLost, 0);
});

test('up to 1999 packets late are accepted, 2000 are a jump', () => {
  const source = provenSource(5000);
  assert.deepEqual(acceptAll(source, [3001, 3000]), ['accepted', 'refused']);
});

// RFC 3550 appendix A.3.
test('duplicates count as received, so that the loss may be negative', () => {
  const source = provenSource(1);
  acceptAll(source, [2, 2, 2, 2]);
  assert.equal(source.packetsLost, -3);
  assert.equal(source.takeFractionLost(), 0);
});

test('the loss has 24 bits', () => {
  const lossy = provenSource(0);
  for (let number = 2500; lossy.packetsExpected < 10_000_000; number += 2500) acceptAll(lossy, [number]);
  assert.equal(lossy.packetsLost, 0x7f_ffff);
});

test('the fraction lost is of the packets since the last question', () => {
  const source = provenSource(0);
  acceptAll(source, [1, 3]); // 4 expected, 1 lost
  assert.equal(source.takeFractionLost(), 64 / 256);
  acceptAll(source, [4, 5, 6]);
  assert.equal(source.takeFractionLost(), 0);
  acceptAll(source, [2, 1006]); // 1000 expected, 2 received
  assert.equal(source.takeFractionLost(), 255 / 256);
  assert.equal(source.takeFractionLost(), 0);
});

// RFC 3550 appendix A.8.
test('packets that come as their timestamps say have no jitter, also when timestamps begin again', () => {
  const source = new RtpSource(1, 90_000);
  for (const i of range(0, 20)) source.accept(i, (0xffff_8000 + 9000 * i) % 2 ** 32, 1e6 + 1e5 * i);
  assert.equal(source.jitterTicks, 0);
});

test('jitter goes by a sixteenth towards the deviation', () => {
  const source = new RtpSource(1, 90_000);
  for (const i of range(0, 3)) source.accept(i, 9000 * i, 1e5 * i);
  source.accept(3, 27_000, 3e5 + 16e3); // 16 ms late: 1440 ticks
  assert.equal(source.jitterTicks, 90);
  source.accept(4, 36_000, 4e5 + 16e3); // as late as the one before
  assert.equal(source.jitterTicks, Math.floor(90 - 90 / 16));
});

const timestamps = [
  { name: 'of a packet that is captured now', rtpTimestamp: 0x8000, aheadUs: 0 },
  { name: 'half a second late', rtpTimestamp: 0x8000 - 45_000, aheadUs: -500_000 },
  { name: 'a second early', rtpTimestamp: 0x8000 + 90_000, aheadUs: 1_000_000 },
];

for (const { name, rtpTimestamp, aheadUs } of timestamps) {
  test(`a timestamp ${name} is known for it, also when timestamps have begun again`, () => {
    const source = new RtpSource(1, 90_000);
    assert.ok(Number.isNaN(source.aheadUs(rtpTimestamp, 0)));
    source.accept(1, 0xffff_8000 - 90_000, 5e6);
    source.accept(2, 0xffff_8000 - 90_000, 5e6);
    // 90,000 + 0x8000 + 0x8000 ticks later.
    const nowUs = 6e6 + (0x1_0000 * 1e6) / 90_000;
    assert.ok(Math.abs(source.aheadUs(rtpTimestamp >>> 0, nowUs) - aheadUs) < 12);
  });
}

test('any packets leave every number in its range', () => {
  const packet = fc.tuple(fc.nat(0xffff), fc.nat(0xffff_ffff), fc.nat(1e12));
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 60 }), (packets) => {
      const source = new RtpSource(1, 90_000);
      for (const values of packets) {
        source.accept(...values);
        const { jitterTicks, packetsLost, extendedHighestSequenceNumber } = source;
        assert.ok(jitterTicks >= 0 && jitterTicks < 2 ** 32 && Number.isInteger(jitterTicks));
        assert.ok(packetsLost >= -(2 ** 23) && packetsLost < 2 ** 23);
        assert.ok(extendedHighestSequenceNumber >= 0 && extendedHighestSequenceNumber < 2 ** 32);
      }
      const fractionLost = source.takeFractionLost();
      assert.ok(fractionLost >= 0 && fractionLost < 1 && Number.isInteger(256 * fractionLost));
    }),
    { numRuns: 500 },
  );
});
