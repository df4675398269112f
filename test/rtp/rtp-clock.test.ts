import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toRtpTimestamp } from '../../lib/rtp/index.js';

/** The same in exact integers: 9 ticks in 100 microseconds, rounded, modulo 2^32. */
function exactRtpTimestamp(captureTimeUs: number, offset: number): number {
  const ticks = (BigInt(captureTimeUs) * 9n + 50n) / 100n;
  return Number((ticks + BigInt(offset)) % 2n ** 32n);
}

test('a second is 90,000 ticks', () => {
  assert.equal(toRtpTimestamp(1_000_000, 0), 90_000);
});

test('a tick is 11.1 microseconds, rounded to the nearest', () => {
  assert.deepEqual(
    [0, 5, 6, 16, 17].map((us) => toRtpTimestamp(us, 0)),
    [0, 0, 1, 1, 2],
  );
});

test('the offset is added', () => {
  assert.equal(toRtpTimestamp(1_000_000, 7), 90_007);
});

test('it begins again at 2^32', () => {
  assert.equal(toRtpTimestamp(0, 0xffff_ffff), 0xffff_ffff);
  assert.equal(toRtpTimestamp(1_000_000, 0xffff_ffff), 89_999);
  assert.equal(toRtpTimestamp((2 ** 32 / 9) * 100, 0), 0);
});

test('every capture time up to 2^53 / 9 gives the exact 32 bits', () => {
  const captureTimeUs = fc.nat(Math.floor(2 ** 53 / 9));
  fc.assert(
    fc.property(captureTimeUs, fc.nat(2 ** 32 - 1), (us, offset) => {
      assert.equal(toRtpTimestamp(us, offset), exactRtpTimestamp(us, offset));
    }),
    { numRuns: 2000, examples: [[Math.floor(2 ** 53 / 9), 2 ** 32 - 1]] },
  );
});
