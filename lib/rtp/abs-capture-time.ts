import { readUint16, readUint32, writeUint16, writeUint32 } from '../util/bytes.js';
import type { NtpTimestamp } from '../util/ntp-timestamp.js';

/** Name of the header extension in a session description (a=extmap, RFC 8285 section 5). */
export const absCaptureTimeUri = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';

/** Local identifier of the extension, 1..14 (RFC 8285 section 4.2). */
export const absCaptureTimeId = 1;

/** Bytes of the header extension that holds nothing else: 4 of its own header, 1 of the element's, 8, 3 of padding. */
export const absCaptureTimeBytes = 16;

/** RFC 8285 section 4.2. */
const oneByteProfile = 0xbede;
/** RFC 8285 section 4.3: the lower four bits are for the application. */
const twoByteProfile = 0x1000;
/** Seconds and fraction. The estimated offset of the sender's clock may follow. */
const timestampBytes = 8;

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
  writeUint16(bytes, offset, oneByteProfile);
  writeUint16(bytes, offset + 2, absCaptureTimeBytes / 4 - 1);
  bytes[offset + 4] = (absCaptureTimeId << 4) | (8 - 1);
  writeUint32(bytes, offset + 5, ntpSeconds);
  writeUint32(bytes, offset + 9, ntpFraction);
  bytes.fill(0, offset + 13, offset + absCaptureTimeBytes);
}

/**
 * Looks for the time of capture in a header extension, of either form of RFC 8285.
 *
 * @param bytes - a packet that parseRtpPacket() took
 * @param offset - where its header extension begins
 * @param id - local identifier: 1..14, in the two-byte form up to 255
 * @returns nothing when it is not there
 */
export function parseAbsCaptureTime(
  bytes: Uint8Array,
  offset: number,
  id: number = absCaptureTimeId,
): NtpTimestamp | undefined {
  const profile = readUint16(bytes, offset);
  const isTwoByte = (profile & 0xfff0) === twoByteProfile;
  if (profile !== oneByteProfile && !isTwoByte) return undefined;
  const end = Math.min(offset + 4 + 4 * readUint16(bytes, offset + 2), bytes.length);
  let at = offset + 4;
  while (at < end) {
    const head = bytes[at] ?? 0;
    at += 1;
    if (head === 0) continue; // padding
    const elementId = isTwoByte ? head : head >> 4;
    if (!isTwoByte && elementId === 15) return undefined; // section 4.2: nothing behind it counts
    const elementBytes = isTwoByte ? (bytes[at] ?? 0) : (head & 15) + 1;
    if (isTwoByte) at += 1;
    if (elementId === id) {
      if (elementBytes < timestampBytes || at + timestampBytes > end) return undefined;
      return { seconds: readUint32(bytes, at), fraction: readUint32(bytes, at + 4) };
    }
    at += elementBytes;
  }
  return undefined;
}
