import { writeBye, writeReceiverReport, type ReportBlock } from '../../lib/rtcp/index.js';

/** Of the stream that receivers report about. */
export const ssrc = 0x12345678;

/** A receiver's report about the stream. */
export function receiverReport(reporter: number, block: Partial<ReportBlock> = {}): Uint8Array {
  const bytes = new Uint8Array(32);
  const nothing = { fractionLost: 0, packetsLost: 0, highestSequenceNumber: 0, jitterTicks: 0 };
  const reportBlock = { ssrc, ...nothing, lastReportCompactNtp: 0, delaySinceLastReport: 0, ...block };
  writeReceiverReport(bytes, 0, { ssrc: reporter, reportBlocks: [reportBlock] });
  return bytes;
}

/** A receiver's farewell. */
export function farewell(reporter: number): Uint8Array {
  const bytes = new Uint8Array(16);
  writeReceiverReport(bytes, 0, { ssrc: reporter, reportBlocks: [] });
  writeBye(bytes, 8, { ssrcs: [reporter] });
  return bytes;
}
