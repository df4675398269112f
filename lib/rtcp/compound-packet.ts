import { malformed, parsed, type ParseResult } from '../util/parse-result.js';
import { parseBye, type Bye } from './bye.js';
import { parseReceiverReport, type ReceiverReport } from './receiver-report.js';
import { parseRtcpHeader, rtcpPacketType } from './rtcp-header.js';
import { parseSenderReport, type SenderReport } from './sender-report.js';
import { parseSourceDescription, type SourceDescription } from './source-description.js';

/** One packet of a compound. */
export type RtcpPacket =
  | ({ readonly type: 'sender-report' } & SenderReport)
  | ({ readonly type: 'receiver-report' } & ReceiverReport)
  | ({ readonly type: 'source-description' } & SourceDescription)
  | ({ readonly type: 'bye' } & Bye);

/** What a compound may begin with: a report (RFC 3550), or, where both sides agreed on it, anything (RFC 5506). */
export type CompoundRule = 'report-first' | 'reduced-size';

/** The longest packet of Ethernet. Compounds are no longer than that, and what nobody sends need not be read. */
const maxCompoundBytes = 1500;

/**
 * Reads a datagram of RTCP: several packets, one after the other. It is good as a whole or not at all (RFC 3550
 * appendix A.2).
 *
 * @returns the packets of known types in their order. Others (APP, feedback, extended reports) are passed over.
 */
export function parseCompoundPacket(
  bytes: Uint8Array,
  rule: CompoundRule = 'report-first',
): ParseResult<RtcpPacket[]> {
  if (bytes.length > maxCompoundBytes) return malformed('longer than 1500 bytes');
  const packets: RtcpPacket[] = [];
  let offset = 0;
  do {
    const header = parseRtcpHeader(bytes, offset);
    if (!header.ok) return header;
    const { packetType, packetBytes, paddingBytes } = header.value;
    if (offset === 0 && rule === 'report-first' && !isReport(packetType))
      return malformed('the first RTCP packet is no report');
    if (paddingBytes > 0 && offset + packetBytes < bytes.length)
      return malformed('padding before the last RTCP packet');
    const packet = parsePacket(packetType, bytes, offset);
    if (packet && !packet.ok) return packet;
    if (packet) packets.push(packet.value);
    offset += packetBytes;
  } while (offset < bytes.length);
  return parsed(packets);
}

function isReport(packetType: number): boolean {
  return packetType === rtcpPacketType.senderReport || packetType === rtcpPacketType.receiverReport;
}

function parsePacket(
  packetType: number,
  bytes: Uint8Array,
  offset: number,
): ParseResult<RtcpPacket> | undefined {
  switch (packetType) {
    case rtcpPacketType.senderReport:
      return withType('sender-report', parseSenderReport(bytes, offset));
    case rtcpPacketType.receiverReport:
      return withType('receiver-report', parseReceiverReport(bytes, offset));
    case rtcpPacketType.sourceDescription:
      return withType('source-description', parseSourceDescription(bytes, offset));
    case rtcpPacketType.bye:
      return withType('bye', parseBye(bytes, offset));
    default:
      return undefined;
  }
}

function withType<Type extends string, T>(
  type: Type,
  result: ParseResult<T>,
): ParseResult<{ readonly type: Type } & T> {
  return result.ok ? parsed({ type, ...result.value }) : result;
}
