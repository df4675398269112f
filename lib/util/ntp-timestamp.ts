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
