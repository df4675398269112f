import { readUint16, writeUint16 } from '../util/bytes.js';
import { malformed, parsed, type ParseResult } from '../util/parse-result.js';

/** Bytes of the restart marker header. */
export const restartMarkerHeaderBytes = 4;

/** Restart Count of packets that are not aligned to restart intervals (RFC 2435 section 3.1.7). */
export const wholeFrameRestartCount = 0x3fff;

/**
 * The header after the main one when Type is 64..127 (RFC 2435 section 3.1.7).
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |       Restart Interval        |F|L|       Restart Count       |
 * ```
 */
export interface RestartMarkerHeader {
  /** MCUs between two restart markers, 1..65535; 0 is not allowed. */
  readonly restartInterval: number;
  /** F: the packet begins a chunk of whole restart intervals. */
  readonly first: boolean;
  /** L: the packet ends one. */
  readonly last: boolean;
  /** Number of the chunk's first interval, 0..0x3FFE; 0x3FFF with F = L = 1: the frame has to be whole. */
  readonly restartCount: number;
}

/** Writes 4 bytes at offset. */
export function writeRestartMarkerHeader(
  bytes: Uint8Array,
  offset: number,
  restartInterval: number,
  first: boolean,
  last: boolean,
  restartCount: number,
): void {
  writeUint16(bytes, offset, restartInterval);
  writeUint16(bytes, offset + 2, (first ? 0x8000 : 0) | (last ? 0x4000 : 0) | restartCount);
}

/** Reads the header at offset. */
export function parseRestartMarkerHeader(
  bytes: Uint8Array,
  offset: number,
): ParseResult<RestartMarkerHeader> {
  if (offset + restartMarkerHeaderBytes > bytes.length)
    return malformed('shorter than a restart marker header');
  const restartInterval = readUint16(bytes, offset);
  if (restartInterval === 0) return malformed('restart interval 0');
  const word = readUint16(bytes, offset + 2);
  return parsed({
    restartInterval,
    first: (word & 0x8000) !== 0,
    last: (word & 0x4000) !== 0,
    restartCount: word & 0x3fff,
  });
}
