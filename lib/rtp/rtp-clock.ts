/** RTP clock rate of JPEG (RFC 3551, table 5). */
export const jpegClockRateHz = 90_000;

/** Of H.264 (RFC 6184 section 8.2.1) and VP8 (RFC 7741 section 6.1), the same. */
export const videoClockRateHz = 90_000;

/** Static payload type of JPEG (RFC 3551, table 5). */
export const jpegPayloadType = 26;

/**
 * RTP timestamp of a moment (RFC 3550 section 5.1): the same for every packet of a frame, and the true time of its
 * capture, never a count of frames.
 *
 * @param captureTimeUs - microseconds of a monotonic clock, 0..2^53 / 9
 * @param rtpTimestampOffset - random, 32 bits, one for a stream
 * @returns 32 bits, in units of 1/90000 s
 */
export function toRtpTimestamp(captureTimeUs: number, rtpTimestampOffset: number): number {
  // 90,000 units a second are 9 in 100 microseconds.
  return (Math.round((captureTimeUs * 9) / 100) + rtpTimestampOffset) % 0x1_0000_0000;
}
