import { readUint32, writeUint32 } from '../util/bytes.js';
import { malformed, parsed, type ParseResult } from '../util/parse-result.js';
import { readReportBlocks, reportBlockBytes, writeReportBlocks, type ReportBlock } from './report-block.js';
import { parseRtcpHeaderOf, rtcpPacketType, writeRtcpHeader } from './rtcp-header.js';

/** Bytes of a receiver report without report blocks. */
export const receiverReportBytes = 8;

/**
 * What somebody who sends nothing says about the streams it receives (RFC 3550 section 6.4.2).
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|   RC    |   PT=RR=201   |             length            |
 * |                     SSRC of packet sender                     |
 * |                         report blocks                         |
 * ```
 */
export interface ReceiverReport {
  /** Who reports; 32 bits. */
  readonly ssrc: number;
  /** 0..31, one for each source. */
  readonly reportBlocks: readonly ReportBlock[];
}

/** Writes the report at offset, and returns its bytes: 8, and 24 for each block. */
export function writeReceiverReport(bytes: Uint8Array, offset: number, report: ReceiverReport): number {
  const { ssrc, reportBlocks } = report;
  const packetBytes = receiverReportBytes + reportBlocks.length * reportBlockBytes;
  writeRtcpHeader(bytes, offset, reportBlocks.length, rtcpPacketType.receiverReport, packetBytes);
  writeUint32(bytes, offset + 4, ssrc);
  writeReportBlocks(bytes, offset + receiverReportBytes, reportBlocks);
  return packetBytes;
}

/** Reads the report at offset. Extensions of a profile behind the blocks are passed over. */
export function parseReceiverReport(bytes: Uint8Array, offset: number): ParseResult<ReceiverReport> {
  const header = parseRtcpHeaderOf(rtcpPacketType.receiverReport, bytes, offset);
  if (!header.ok) return header;
  const { count, packetBytes, paddingBytes } = header.value;
  if (receiverReportBytes + count * reportBlockBytes > packetBytes - paddingBytes)
    return malformed('receiver report shorter than its blocks');
  return parsed({
    ssrc: readUint32(bytes, offset + 4),
    reportBlocks: readReportBlocks(bytes, offset + receiverReportBytes, count),
  });
}
