import { readUint32 } from '../../util/bytes.js';
import { malformed, parsed, type ParseResult } from '../../util/parse-result.js';
import { parseRtcpHeader, rtcpPacketType } from '../rtcp-header.js';
import { readNack } from './nack.js';
import { readRemb } from './remb.js';
import { readTransportFeedback, type TransportFeedback } from './transport-feedback.js';

/** What a receiver asks for or reports, beside receiver reports. */
export type Feedback =
  | { readonly type: 'nack'; readonly mediaSsrc: number; readonly sequenceNumbers: readonly number[] }
  /** PLI (RFC 4585 section 6.3.1) or FIR (RFC 5104 section 4.3.1). */
  | { readonly type: 'keyframe-request' }
  | { readonly type: 'remb'; readonly bitrateBps: number }
  | ({ readonly type: 'transport-feedback' } & TransportFeedback);

const { transportLayerFeedback, payloadSpecificFeedback } = rtcpPacketType;
/**
 * Packets that all transport feedback of a datagram may be about: more than a browser reports on in a second. A run of
 * thousands takes two bytes, so that the bound is on the datagram and not on each of its packets.
 */
const maxReportedPackets = 2048;
/** Header and the two sources, before the feedback control information. */
const commonBytes = 12;

/**
 * Reads the feedback in a datagram of RTCP (RFC 4585 section 6.1), which may stand alone (RFC 5506).
 *
 * ```text
 * |V=2|P|   FMT   |       PT      |          length               |
 * |                  SSRC of packet sender                        |
 * |                  SSRC of media source                         |
 * |            Feedback Control Information (FCI)                 |
 * ```
 *
 * @returns what is known of it; reports and other packets are passed over. Malformed as a whole or not at all.
 */
export function parseFeedback(bytes: Uint8Array): ParseResult<Feedback[]> {
  const all: Feedback[] = [];
  let offset = 0;
  let mayReport = maxReportedPackets;
  do {
    const header = parseRtcpHeader(bytes, offset);
    if (!header.ok) return header;
    const { count: format, packetType, packetBytes, paddingBytes } = header.value;
    const end = offset + packetBytes - paddingBytes;
    if (packetType === transportLayerFeedback || packetType === payloadSpecificFeedback) {
      const begin = offset + commonBytes;
      if (begin > end) return malformed('feedback cut short');
      const feedback = readFeedback(packetType, format, bytes, begin, end, mayReport);
      if (feedback && !feedback.ok) return feedback;
      if (feedback) all.push(feedback.value);
      if (feedback?.value.type === 'transport-feedback') mayReport -= feedback.value.arrivalsUs.length;
    }
    offset += packetBytes;
  } while (offset < bytes.length);
  return parsed(all);
}

function readFeedback(
  packetType: number,
  format: number,
  bytes: Uint8Array,
  begin: number,
  end: number,
  maxPackets: number,
): ParseResult<Feedback> | undefined {
  if (packetType === transportLayerFeedback) {
    if (format === 1) {
      const mediaSsrc = readUint32(bytes, begin - 4);
      return parsed({ type: 'nack', mediaSsrc, sequenceNumbers: readNack(bytes, begin, end) });
    }
    if (format !== 15) return undefined;
    const result = readTransportFeedback(bytes, begin, end, maxPackets);
    return result.ok ? parsed({ type: 'transport-feedback', ...result.value }) : result;
  }
  if (format === 1 || format === 4) return parsed({ type: 'keyframe-request' });
  const bitrateBps = format === 15 ? readRemb(bytes, begin, end) : undefined;
  return bitrateBps === undefined ? undefined : parsed({ type: 'remb', bitrateBps });
}
