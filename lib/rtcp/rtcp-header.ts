import { readUint16, writeUint16 } from '../util/bytes.js';
import { malformed, parsed, type ParseResult } from '../util/parse-result.js';

/** Bytes of the header that begins every RTCP packet. */
export const rtcpHeaderBytes = 4;

/** The packet types that are read and written here (RFC 3550 section 12.1, RFC 4585 section 6.1). */
export const rtcpPacketType = {
  senderReport: 200,
  receiverReport: 201,
  sourceDescription: 202,
  bye: 203,
  transportLayerFeedback: 205,
  payloadSpecificFeedback: 206,
} as const;

/**
 * The header that begins every RTCP packet (RFC 3550 section 6.4.1).
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|  count  |  packet type  |   32-bit words after this     |
 * ```
 */
export interface RtcpHeader {
  /** How many report blocks, chunks or sources follow, 0..31. In packets of other types it means something else. */
  readonly count: number;
  /** 0..255, see {@link rtcpPacketType}. */
  readonly packetType: number;
  /** With header and padding, a multiple of 4. */
  readonly packetBytes: number;
  /** At the packet's end, included in packetBytes. */
  readonly paddingBytes: number;
}

/** Writes 4 bytes at offset: version 2, no padding. */
export function writeRtcpHeader(
  bytes: Uint8Array,
  offset: number,
  count: number,
  packetType: number,
  packetBytes: number,
): void {
  bytes[offset] = 0x80 | count;
  bytes[offset + 1] = packetType;
  writeUint16(bytes, offset + 2, packetBytes / 4 - 1);
}

/** Reads the header at offset, and checks that the packet is there. */
export function parseRtcpHeader(bytes: Uint8Array, offset: number): ParseResult<RtcpHeader> {
  if (offset + rtcpHeaderBytes > bytes.length) return malformed('shorter than an RTCP header');
  const first = bytes[offset] ?? 0;
  if (first >> 6 !== 2) return malformed('not RTCP version 2');
  const packetBytes = 4 * (readUint16(bytes, offset + 2) + 1);
  const end = offset + packetBytes;
  if (end > bytes.length) return malformed('RTCP packet cut short');
  const hasPadding = (first & 0x20) !== 0;
  const paddingBytes = hasPadding ? (bytes[end - 1] ?? 0) : 0;
  const packetType = bytes[offset + 1] ?? 0;
  // RFC 3550 section 6.4.1: whole words of padding. Browsers pad transport feedback by single bytes.
  const isAnyLengthFine = packetType === rtcpPacketType.transportLayerFeedback;
  if (hasPadding && (paddingBytes === 0 || (paddingBytes % 4 !== 0 && !isAnyLengthFine)))
    return malformed('padding is not whole words');
  if (rtcpHeaderBytes + paddingBytes > packetBytes) return malformed('padding longer than the RTCP packet');
  return parsed({ count: first & 0x1f, packetType, packetBytes, paddingBytes });
}

/** The same for a packet that has to be of one type. */
export function parseRtcpHeaderOf(
  packetType: number,
  bytes: Uint8Array,
  offset: number,
): ParseResult<RtcpHeader> {
  const header = parseRtcpHeader(bytes, offset);
  if (header.ok && header.value.packetType !== packetType)
    return malformed(`not an RTCP packet of type ${String(packetType)}`);
  return header;
}
