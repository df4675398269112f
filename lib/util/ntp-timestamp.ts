// NTP timestamps (RFC 3550 section 4): 32 bits of seconds since 1900, 32 bits of fraction. They wrap in 2036.

/** A moment on a wall clock, in two halves. */
export interface NtpTimestamp {
  /** Seconds since 1900, modulo 2^32. */
  readonly seconds: number;
  /** In units of 2^-32 s, 0..2^32 - 1. */
  readonly fraction: number;
}

/** Seconds from 1900, where NTP begins, to 1970, where Unix begins (RFC 868). */
export const unixEpochNtpSeconds = 2_208_988_800;

/**
 * The upper 32 bits.
 *
 * @param unixUs - microseconds since 1970
 */
export function ntpSeconds(unixUs: number): number {
  return (Math.floor(unixUs / 1e6) + unixEpochNtpSeconds) % 2 ** 32;
}

/**
 * The lower 32 bits, in units of 2^-32 seconds.
 *
 * @param unixUs - microseconds since 1970
 */
export function ntpFraction(unixUs: number): number {
  return Math.floor(((unixUs % 1e6) * 2 ** 32) / 1e6);
}

/** Microseconds since 1970, for moments from 1970 to January 2104. */
export function unixUsFromNtp({ seconds, fraction }: NtpTimestamp): number {
  // RFC 4330 section 3: without the highest bit it is a moment after 2036.
  const sinceEpoch = seconds - unixEpochNtpSeconds + (seconds < 2 ** 31 ? 2 ** 32 : 0);
  return sinceEpoch * 1e6 + (fraction / 2 ** 32) * 1e6;
}
