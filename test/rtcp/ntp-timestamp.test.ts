import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compactNtp, compactNtpToUs, ntpFromUnixUs, unixUsFromNtp } from '../../lib/rtcp/index.js';

const second = 1_000_000;
/** 7 February 2036, 06:28:16: NTP begins again at 0 (RFC 4330 section 3). */
const secondEraUs = (2 ** 32 - 2_208_988_800) * second;

test('1970 is 70 years and 17 leap days after 1900', () => {
  assert.deepEqual(ntpFromUnixUs(0), { seconds: (70 * 365 + 17) * 86_400, fraction: 0 });
});

test('a quarter of a second is a quarter of 2^32', () => {
  assert.equal(ntpFromUnixUs(1_700_000_000 * second + 250_000).fraction, 0x4000_0000);
});

test('NTP begins again at 0 in 2036', () => {
  assert.deepEqual(ntpFromUnixUs(secondEraUs - second), { seconds: 0xffff_ffff, fraction: 0 });
  assert.deepEqual(ntpFromUnixUs(secondEraUs + 3 * second), { seconds: 3, fraction: 0 });
  assert.equal(unixUsFromNtp({ seconds: 3, fraction: 0 }), secondEraUs + 3 * second);
});

test('any moment from 1970 to 2104 comes back to within a microsecond', () => {
  const last = (2 ** 32 - 2_208_988_800 + 2 ** 31) * second - 1;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: last }), (unixUs) => {
      const ntp = ntpFromUnixUs(unixUs);
      assert.ok(Math.abs(unixUsFromNtp(ntp) - unixUs) < 1);
      assert.ok(ntp.seconds < 2 ** 32 && ntp.fraction < 2 ** 32);
    }),
    { numRuns: 2000, examples: [[0], [last], [secondEraUs - 1], [secondEraUs], [999_999]] },
  );
});

test('the compact form is the middle 32 bits, without a sign', () => {
  assert.equal(compactNtp({ seconds: 0x1234_fedc, fraction: 0xba98_7654 }), 0xfedc_ba98);
});

test('a second of the compact form is 65,536', () => {
  assert.equal(compactNtpToUs(65_536), second);
  assert.equal(compactNtpToUs(1), 15.2587890625);
});
