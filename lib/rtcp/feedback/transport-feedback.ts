import { readUint16, readUint24 } from '../../util/bytes.js';
import { malformed, parsed, type ParseResult } from '../../util/parse-result.js';

/**
 * When packets arrived at a receiver, by their transport-wide sequence numbers
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1).
 *
 * ```text
 * |      base sequence number     |      packet status count      |
 * |                 reference time                | fb pkt. count |
 * |          packet chunk         |         packet chunk          |  ...
 * |         recv delta            |         recv delta            |  ...
 * ```
 */
export interface TransportFeedback {
  /** Of the first packet; 16 bits. */
  readonly baseSequenceNumber: number;
  /** One for each packet from there on: microseconds of the receiver's clock; NaN: not arrived. */
  readonly arrivalsUs: readonly number[];
}

const referenceUnitUs = 64_000;
const deltaUnitUs = 250;

/** Of packet status symbols (section 3.1.1). */
const notReceived = 0;
const smallDelta = 1;
const largeDelta = 2;

/**
 * @param begin - of the feedback control information
 * @param maxPackets - most packets that it may be about
 */
export function readTransportFeedback(
  bytes: Uint8Array,
  begin: number,
  end: number,
  maxPackets: number,
): ParseResult<TransportFeedback> {
  if (begin + 8 > end) return malformed('transport feedback cut short');
  const count = readUint16(bytes, begin + 2);
  if (count > maxPackets) return malformed('transport feedback about too many packets');
  const symbols: number[] = [];
  let at = begin + 8;
  for (; symbols.length < count; at += 2) {
    if (at + 2 > end) return malformed('transport feedback with fewer chunks than packets');
    readChunk(readUint16(bytes, at), count, symbols);
  }
  // 24 bits with a sign.
  let timeUs = ((readUint24(bytes, begin + 4) << 8) >> 8) * referenceUnitUs;
  const arrivalsUs: number[] = [];
  for (const symbol of symbols) {
    if (symbol === notReceived) {
      arrivalsUs.push(NaN);
      continue;
    }
    if (symbol !== smallDelta && symbol !== largeDelta) return malformed('reserved packet status');
    if (at + symbol > end) return malformed('transport feedback with fewer times than packets');
    const delta = symbol === smallDelta ? (bytes[at] ?? 0) : (readUint16(bytes, at) << 16) >> 16;
    at += symbol; // as many bytes
    timeUs += delta * deltaUnitUs;
    arrivalsUs.push(timeUs);
  }
  return parsed({ baseSequenceNumber: readUint16(bytes, begin), arrivalsUs });
}

/** Run length chunks and both kinds of status vectors (sections 3.1.3 and 3.1.4). */
function readChunk(chunk: number, count: number, symbols: number[]): void {
  if (chunk >> 15 === 0) {
    const run = Math.min(chunk & 0x1fff, count - symbols.length);
    for (let i = 0; i < run; i++) symbols.push((chunk >> 13) & 3);
    return;
  }
  const bits = ((chunk >> 14) & 1) + 1;
  for (let shift = 14 - bits; shift >= 0 && symbols.length < count; shift -= bits)
    symbols.push((chunk >> shift) & (bits === 1 ? 1 : 3));
}
