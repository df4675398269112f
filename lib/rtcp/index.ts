/**
 * RTCP, RFC 3550 section 6. Pure: bytes in, bytes out; the clock is passed in.
 *
 * @packageDocumentation
 */
export {
  compactNtp,
  compactNtpToUs,
  ntpFromUnixUs,
  unixUsFromNtp,
  type NtpTimestamp,
} from './ntp-timestamp.js';
export { parseRtcpHeader, rtcpHeaderBytes, rtcpPacketType, type RtcpHeader } from './rtcp-header.js';
export { reportBlockBytes, type ReportBlock } from './report-block.js';
export {
  parseSenderReport,
  senderReportBytes,
  writeSenderReport,
  type SenderReport,
} from './sender-report.js';
export {
  parseReceiverReport,
  receiverReportBytes,
  writeReceiverReport,
  type ReceiverReport,
} from './receiver-report.js';
export {
  parseSourceDescription,
  writeSourceDescription,
  type SourceDescription,
  type SourceDescriptionChunk,
} from './source-description.js';
export { parseBye, writeBye, type Bye } from './bye.js';
export { parseCompoundPacket, type CompoundRule, type RtcpPacket } from './compound-packet.js';
export { deterministicIntervalUs, rtcpIntervalUs, type RtcpGroup } from './rtcp-interval.js';
export { SenderSession, type SenderSessionOptions, type SenderSessionStatistics } from './sender-session.js';
export type { ReceptionStatistics } from './known-receivers.js';
export {
  ReceiverSession,
  type ReceivedCompound,
  type ReceivedStream,
  type ReceiverSessionOptions,
  type ReceptionFigures,
  type RtcpPeer,
} from './receiver-session.js';
export { SenderClock } from './sender-clock.js';
export { ClockDrift } from './clock-drift.js';
export { parseFeedback, type Feedback } from './feedback/feedback-packet.js';
export type { TransportFeedback } from './feedback/transport-feedback.js';
