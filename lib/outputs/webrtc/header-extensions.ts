import { writeUint16, writeUint24 } from '../../util/bytes.js';

/** Names in session descriptions. */
export const headerExtensionUris = {
  /** draft-holmer-rmcat-transport-wide-cc-extensions-01 section 2 */
  transportSequence: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  /** How long a receiver may hold frames back: 0..0 means that each is shown as soon as it can be. */
  playoutDelay: 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  absSendTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
} as const;

/** Identifiers of a viewer's offer, 1..14; 0: it does not know the extension. */
export type HeaderExtensionIds = Readonly<Record<keyof typeof headerExtensionUris, number>>;

/** Bytes of the extension, the same for every viewer: one byte of padding, and more where it knows less. */
export const headerExtensionBytes = 16;

/** RFC 8285 section 4.2. */
const oneByteProfile = 0xbede;

/**
 * Writes the RTP header extension of a packet, in the one-byte form of RFC 8285 section 4.2.
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |       0xBE    |    0xDE       |           length = 3          |
 * |  ID   | len=1 | transport-wide sequence number|  ID   | len=2 |
 * |   playout delay: min (12 bits), max (12 bits) |  ID   | len=2 |
 * |        absolute send time, 6.18 seconds       |    padding    |
 * ```
 */
export function writeHeaderExtension(
  bytes: Uint8Array,
  offset: number,
  ids: HeaderExtensionIds,
  transportSequence: number,
  sendTimeUs: number,
): void {
  writeUint16(bytes, offset, oneByteProfile);
  writeUint16(bytes, offset + 2, headerExtensionBytes / 4 - 1);
  bytes.fill(0, offset + 4, offset + headerExtensionBytes);
  if (ids.transportSequence) {
    bytes[offset + 4] = (ids.transportSequence << 4) | 1;
    writeUint16(bytes, offset + 5, transportSequence);
  }
  if (ids.playoutDelay) bytes[offset + 7] = (ids.playoutDelay << 4) | 2;
  if (ids.absSendTime) {
    bytes[offset + 11] = (ids.absSendTime << 4) | 2;
    writeUint24(bytes, offset + 12, Math.floor((sendTimeUs * 2 ** 18) / 1e6) % 2 ** 24);
  }
}
