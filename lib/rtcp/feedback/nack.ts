import { readUint16 } from '../../util/bytes.js';

/**
 * The packets that a generic NACK asks for (RFC 4585 section 6.2.1).
 *
 * ```text
 * |            PID                |             BLP               |  once or more
 * ```
 *
 * @param begin - of the feedback control information
 * @returns sequence numbers, at most 17 for each of its words
 */
export function readNack(bytes: Uint8Array, begin: number, end: number): number[] {
  const sequenceNumbers: number[] = [];
  for (let at = begin; at + 4 <= end; at += 4) {
    const packetId = readUint16(bytes, at);
    const bitmask = readUint16(bytes, at + 2);
    sequenceNumbers.push(packetId);
    for (let bit = 0; bit < 16; bit++)
      if ((bitmask >> bit) & 1) sequenceNumbers.push((packetId + bit + 1) & 0xffff);
  }
  return sequenceNumbers;
}
