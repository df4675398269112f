import { readUint32, writeUint32 } from '../util/bytes.js';
import { malformed, parsed, type ParseResult } from '../util/parse-result.js';
import type { NtpTimestamp } from './ntp-timestamp.js';
import { readReportBlocks, reportBlockBytes, writeReportBlocks, type ReportBlock } from './report-block.js';
import { parseRtcpHeaderOf, rtcpPacketType, writeRtcpHeader } from './rtcp-header.js';

/** Bytes of a sender report without report blocks. */
export const senderReportBytes = 28;

/**
 * What a sender says about its stream (RFC 3550 section 6.4.1).
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |V=2|P|   RC    |   PT=SR=200   |             length            |
 * |                         SSRC of sender                        |
 * |              NTP timestamp, most significant word             |
 * |             NTP timestamp, least significant word             |
 * |                         RTP timestamp                         |
 * |                     sender's packet count                     |
 * |                      sender's octet count                     |
 * |                         report blocks                         |
 * ```
 */
export interface SenderReport {
  /** 32 bits. */
  readonly ssrc: number;
  /** The moment of the report on the wall clock. */
  readonly ntp: NtpTimestamp;
  /** The same moment on the stream's clock; 32 bits. */
  readonly rtpTimestamp: number;
  /** RTP packets since the stream began, modulo 2^32. */
  readonly packetCount: number;
  /** Bytes of payload since the stream began, without headers and padding, modulo 2^32. */
  readonly octetCount: number;
  /** What this sender receives itself, 0..31. */
  readonly reportBlocks: readonly ReportBlock[];
}

/** Writes the report at offset, and returns its bytes: 28, and 24 for each block. */
export function writeSenderReport(bytes: Uint8Array, offset: number, report: SenderReport): number {
  const { reportBlocks } = report;
  const packetBytes = senderReportBytes + reportBlocks.length * reportBlockBytes;
  writeRtcpHeader(bytes, offset, reportBlocks.length, rtcpPacketType.senderReport, packetBytes);
  writeUint32(bytes, offset + 4, report.ssrc);
  writeUint32(bytes, offset + 8, report.ntp.seconds);
  writeUint32(bytes, offset + 12, report.ntp.fraction);
  writeUint32(bytes, offset + 16, report.rtpTimestamp);
  writeUint32(bytes, offset + 20, report.packetCount);
  writeUint32(bytes, offset + 24, report.octetCount);
  writeReportBlocks(bytes, offset + senderReportBytes, reportBlocks);
  return packetBytes;
}

/** Reads the report at offset. Extensions of a profile behind the blocks are passed over. */
export function parseSenderReport(bytes: Uint8Array, offset: number): ParseResult<SenderReport> {
  const header = parseRtcpHeaderOf(rtcpPacketType.senderReport, bytes, offset);
  if (!header.ok) return header;
  const { count, packetBytes, paddingBytes } = header.value;
  if (senderReportBytes + count * reportBlockBytes > packetBytes - paddingBytes)
    return malformed('sender report shorter than its blocks');
  return parsed({
    ssrc: readUint32(bytes, offset + 4),
    ntp: { seconds: readUint32(bytes, offset + 8), fraction: readUint32(bytes, offset + 12) },
    rtpTimestamp: readUint32(bytes, offset + 16),
    packetCount: readUint32(bytes, offset + 20),
    octetCount: readUint32(bytes, offset + 24),
    reportBlocks: readReportBlocks(bytes, offset + senderReportBytes, count),
  });
}
