import { readUint24, readUint32, writeUint24, writeUint32 } from '../util/bytes.js';

/** Bytes of one report block. */
export const reportBlockBytes = 24;

/**
 * What a receiver says about one source, in sender reports and receiver reports (RFC 3550 section 6.4.1).
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                       SSRC of the source                      |
 * | fraction lost |       cumulative number of packets lost       |
 * |           extended highest sequence number received           |
 * |                      interarrival jitter                      |
 * |                         last SR (LSR)                         |
 * |                   delay since last SR (DLSR)                  |
 * ```
 */
export interface ReportBlock {
  /** The source that the block is about; 32 bits. */
  readonly ssrc: number;
  /** Since the receiver's previous report: 0..255/256. */
  readonly fractionLost: number;
  /** Since the stream began, 24 bits with a sign: negative when more packets were duplicated than lost. */
  readonly packetsLost: number;
  /** Lower 16 bits: sequence number; upper 16 bits: how often it began again. */
  readonly highestSequenceNumber: number;
  /** In units of the payload's clock; 32 bits. */
  readonly jitterTicks: number;
  /** Compact NTP timestamp of the last sender report that arrived; 0: none has. */
  readonly lastReportCompactNtp: number;
  /** From that report's arrival to this block, in units of 1/65536 s. */
  readonly delaySinceLastReport: number;
}

/** Writes 24 bytes for each block, one after the other, beginning at offset. */
export function writeReportBlocks(bytes: Uint8Array, offset: number, blocks: readonly ReportBlock[]): void {
  let at = offset;
  for (const block of blocks) {
    writeUint32(bytes, at, block.ssrc);
    bytes[at + 4] = block.fractionLost * 256;
    writeUint24(bytes, at + 5, block.packetsLost);
    writeUint32(bytes, at + 8, block.highestSequenceNumber);
    writeUint32(bytes, at + 12, block.jitterTicks);
    writeUint32(bytes, at + 16, block.lastReportCompactNtp);
    writeUint32(bytes, at + 20, block.delaySinceLastReport);
    at += reportBlockBytes;
  }
}

/** Reads blocks that are known to be there. */
export function readReportBlocks(bytes: Uint8Array, offset: number, count: number): ReportBlock[] {
  return Array.from({ length: count }, (_, index) => {
    const at = offset + index * reportBlockBytes;
    return {
      ssrc: readUint32(bytes, at),
      fractionLost: (bytes[at + 4] ?? 0) / 256,
      packetsLost: (readUint24(bytes, at + 5) << 8) >> 8,
      highestSequenceNumber: readUint32(bytes, at + 8),
      jitterTicks: readUint32(bytes, at + 12),
      lastReportCompactNtp: readUint32(bytes, at + 16),
      delaySinceLastReport: readUint32(bytes, at + 20),
    };
  });
}
