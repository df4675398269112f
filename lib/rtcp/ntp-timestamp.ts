import { ntpFraction, ntpSeconds, type NtpTimestamp } from '../util/ntp-timestamp.js';

export { unixUsFromNtp, type NtpTimestamp } from '../util/ntp-timestamp.js';

/** @param unixUs - microseconds since 1970 */
export function ntpFromUnixUs(unixUs: number): NtpTimestamp {
  return { seconds: ntpSeconds(unixUs), fraction: ntpFraction(unixUs) };
}

/** The middle 32 bits, in units of 1/65536 s, by which receivers refer to a report (RFC 3550 section 4). */
export function compactNtp({ seconds, fraction }: NtpTimestamp): number {
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}

/** Microseconds of a span in units of 1/65536 s. */
export function compactNtpToUs(span: number): number {
  return span * (1e6 / 65536);
}
