import { ntpFraction, ntpSeconds, unixEpochNtpSeconds } from '../util/ntp-timestamp.js';

const era = 2 ** 32;

/** A moment of the wall clock as sender reports have it (RFC 3550 section 4): 64 bits, in two halves. */
export interface NtpTimestamp {
  /** Seconds since 1900, modulo 2^32: begins again at 0 in February 2036. */
  readonly seconds: number;
  /** In units of 2^-32 s, 0..2^32 - 1. */
  readonly fraction: number;
}

/** @param unixUs - microseconds since 1970 */
export function ntpFromUnixUs(unixUs: number): NtpTimestamp {
  return { seconds: ntpSeconds(unixUs), fraction: ntpFraction(unixUs) };
}

/** Microseconds since 1970, for moments from 1970 to January 2104. */
export function unixUsFromNtp({ seconds, fraction }: NtpTimestamp): number {
  // RFC 4330 section 3: without the highest bit it is a moment after 2036.
  const sinceEpoch = seconds - unixEpochNtpSeconds + (seconds < 2 ** 31 ? era : 0);
  return sinceEpoch * 1e6 + (fraction / era) * 1e6;
}

/** The middle 32 bits, in units of 1/65536 s, by which receivers refer to a report (RFC 3550 section 4). */
export function compactNtp({ seconds, fraction }: NtpTimestamp): number {
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}

/** Microseconds of a span in units of 1/65536 s. */
export function compactNtpToUs(span: number): number {
  return span * (1e6 / 65536);
}

/** Microseconds from one moment to another, negative when `to` is earlier; right for spans below 9 hours. */
export function compactNtpDifferenceUs(from: number, to: number): number {
  return compactNtpToUs((to - from) | 0);
}
