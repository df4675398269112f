import { readUint32, writeUint32 } from '../util/bytes.js';
import { malformed, parsed, type ParseResult } from '../util/parse-result.js';
import { parseRtcpHeaderOf, rtcpHeaderBytes, rtcpPacketType, writeRtcpHeader } from './rtcp-header.js';
import { readText, writeText } from './text.js';

/**
 * Says that sources have ended (RFC 3550 section 6.6).
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|   SC    |   PT=BYE=203  |             length            |
 * |                           SSRC/CSRC                           |
 * |     length    |               reason for leaving            ...
 * ```
 */
export interface Bye {
  /** 0..31. */
  readonly ssrcs: readonly number[];
  /** For people. At most 255 bytes of UTF-8. */
  readonly reason?: string;
}

/** Writes the packet at offset, and returns its bytes. */
export function writeBye(bytes: Uint8Array, offset: number, { ssrcs, reason }: Bye): number {
  let at = offset + rtcpHeaderBytes;
  for (const ssrc of ssrcs) {
    writeUint32(bytes, at, ssrc);
    at += 4;
  }
  if (reason !== undefined) {
    const textEnd = writeText(bytes, at, reason);
    at = offset + 4 * Math.ceil((textEnd - offset) / 4);
    bytes.fill(0, textEnd, at);
  }
  writeRtcpHeader(bytes, offset, ssrcs.length, rtcpPacketType.bye, at - offset);
  return at - offset;
}

/** Reads the packet at offset. */
export function parseBye(bytes: Uint8Array, offset: number): ParseResult<Bye> {
  const header = parseRtcpHeaderOf(rtcpPacketType.bye, bytes, offset);
  if (!header.ok) return header;
  const { count, packetBytes, paddingBytes } = header.value;
  const end = offset + packetBytes - paddingBytes;
  const reasonOffset = offset + rtcpHeaderBytes + 4 * count;
  if (reasonOffset > end) return malformed('BYE shorter than its sources');
  const ssrcs = Array.from({ length: count }, (_, index) =>
    readUint32(bytes, offset + rtcpHeaderBytes + 4 * index),
  );
  if (reasonOffset === end) return parsed({ ssrcs });
  const reason = readText(bytes, reasonOffset, end);
  return reason === undefined ? malformed('reason for leaving cut short') : parsed({ ssrcs, reason });
}
