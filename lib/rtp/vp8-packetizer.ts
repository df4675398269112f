import type { PayloadWriter } from './payload-writer.js';

/** The payload descriptor's bit for the begin of a partition, partition 0 (RFC 7741 section 4.2). */
const startOfPartition = 0x10;

/**
 * Cuts a frame of VP8 into the payloads of RFC 7741: fragments of much the same length, each behind the descriptor's
 * one byte that has to be.
 *
 * ```text
 *  0 1 2 3 4 5 6 7
 * +-+-+-+-+-+-+-+-+
 * |X|R|N|S|R| PID |  fragment
 * ```
 */
export function packetizeVp8(frame: Uint8Array, writer: PayloadWriter): void {
  const count = Math.ceil(frame.length / (writer.maxPayloadBytes - 1));
  const edge = (i: number): number => Math.floor((i * frame.length) / count);
  for (let i = 0; i < count; i++)
    writer.add([i === 0 ? startOfPartition : 0], frame, edge(i), edge(i + 1), i === count - 1);
}
