import { readUint16, readUint32, writeUint16, writeUint32 } from '../util/bytes.js';
import { malformed, parsed, type ParseResult } from '../util/parse-result.js';

/** Bytes of a header without contributing sources and extension: what this package sends. */
export const rtpHeaderBytes = 12;

/**
 * The fixed RTP header (RFC 3550 section 5.1).
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|X|  CC   |M|     PT      |       sequence number         |
 * |                           timestamp                           |
 * |           synchronization source (SSRC) identifier            |
 * ```
 */
export interface RtpHeader {
  /** The last packet of a frame, in the profile for video (RFC 3551 section 4.1). */
  readonly marker: boolean;
  /** 0..127. */
  readonly payloadType: number;
  /** 0..65535. */
  readonly sequenceNumber: number;
  /** 32 bits, in units of the payload's clock. */
  readonly rtpTimestamp: number;
  /** 32 bits. */
  readonly ssrc: number;
}

/** A received packet: its header, and where its payload lies. */
export interface RtpPacket extends RtpHeader {
  /** Where the header extension begins, all of which lies in front of the payload; 0: there is none. */
  readonly extensionOffset: number;
  readonly payloadOffset: number;
  /** Without padding. */
  readonly payloadBytes: number;
}

/** Writes 12 bytes at offset: version 2, no padding, no extension, no contributing sources. */
export function writeRtpHeader(
  bytes: Uint8Array,
  offset: number,
  marker: boolean,
  payloadType: number,
  sequenceNumber: number,
  rtpTimestamp: number,
  ssrc: number,
): void {
  bytes[offset] = 0x80;
  bytes[offset + 1] = (marker ? 0x80 : 0) | payloadType;
  writeUint16(bytes, offset + 2, sequenceNumber);
  writeUint32(bytes, offset + 4, rtpTimestamp);
  writeUint32(bytes, offset + 8, ssrc);
}

/** Sets what differs among the packets of a frame, in a header that writeRtpHeader() wrote. */
export function markRtpHeader(
  bytes: Uint8Array,
  offset: number,
  marker: boolean,
  sequenceNumber: number,
  hasExtension: boolean,
): void {
  bytes[offset] = hasExtension ? 0x90 : 0x80;
  bytes[offset + 1] = ((bytes[offset + 1] ?? 0) & 0x7f) | (marker ? 0x80 : 0);
  writeUint16(bytes, offset + 2, sequenceNumber);
}

/** Reads a packet's header, contributing sources, extension and padding (RFC 3550 sections 5.1 and 5.3.1). */
export function parseRtpPacket(bytes: Uint8Array): ParseResult<RtpPacket> {
  const first = bytes[0] ?? 0;
  if (bytes.length < rtpHeaderBytes) return malformed('shorter than an RTP header');
  if (first >> 6 !== 2) return malformed('not RTP version 2');
  let payloadOffset = rtpHeaderBytes + 4 * (first & 0x0f);
  const extensionOffset = (first & 0x10) !== 0 ? payloadOffset : 0;
  if (extensionOffset > 0) {
    if (payloadOffset + 4 > bytes.length) return malformed('header extension cut short');
    payloadOffset += 4 + 4 * readUint16(bytes, payloadOffset + 2);
  }
  const paddingBytes = (first & 0x20) !== 0 ? (bytes[bytes.length - 1] ?? 0) : 0;
  if ((first & 0x20) !== 0 && paddingBytes === 0) return malformed('padding of no bytes');
  const payloadBytes = bytes.length - payloadOffset - paddingBytes;
  if (payloadBytes < 0) return malformed('headers and padding longer than the packet');
  const second = bytes[1] ?? 0;
  return parsed({
    marker: (second & 0x80) !== 0,
    payloadType: second & 0x7f,
    sequenceNumber: readUint16(bytes, 2),
    rtpTimestamp: readUint32(bytes, 4),
    ssrc: readUint32(bytes, 8),
    extensionOffset,
    payloadOffset,
    payloadBytes,
  });
}
