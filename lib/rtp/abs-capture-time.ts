import { writeUint16, writeUint32 } from '../util/bytes.js';

/** Name of the header extension in a session description (a=extmap, RFC 8285 section 5). */
export const absCaptureTimeUri = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';

/** Local identifier of the extension, 1..14 (RFC 8285 section 4.2). */
export const absCaptureTimeId = 1;

/** Bytes of the header extension that holds nothing else: 4 of its own header, 1 of the element's, 8, 3 of padding. */
export const absCaptureTimeBytes = 16;

/**
 * Writes the time of capture as an RTP header extension (RFC 3550 section 5.3.1, in the one-byte form of RFC 8285
 * section 4.2): the moment on the sender's wall clock, as an NTP timestamp.
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |       0xBE    |    0xDE       |           length = 3          |
 * |  ID   | len=7 |     NTP timestamp, seconds (bits 0..23)       |
 * |   (24..31)    |     NTP timestamp, fraction (bits 0..23)      |
 * |   (24..31)    |                    padding                    |
 * ```
 *
 * @param ntpSeconds - since 1900, 32 bits
 * @param ntpFraction - of a second, 32 bits
 */
export function writeAbsCaptureTime(
  bytes: Uint8Array,
  offset: number,
  ntpSeconds: number,
  ntpFraction: number,
): void {
  writeUint16(bytes, offset, 0xbede);
  writeUint16(bytes, offset + 2, absCaptureTimeBytes / 4 - 1);
  bytes[offset + 4] = (absCaptureTimeId << 4) | (8 - 1);
  writeUint32(bytes, offset + 5, ntpSeconds);
  writeUint32(bytes, offset + 9, ntpFraction);
  bytes.fill(0, offset + 13, offset + absCaptureTimeBytes);
}
