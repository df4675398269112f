import { readUint16, writeUint16 } from '../util/bytes.js';
import { malformed, parsed, type ParseResult } from '../util/parse-result.js';

/** Bytes of the quantization table header, without the tables that follow it. */
export const quantizationTableHeaderBytes = 4;

/**
 * The header in the first packet of a frame when Q is 128..255 (RFC 2435 section 3.1.8).
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |      MBZ      |   Precision   |             Length            |
 * |                    Quantization Table Data                    |
 * ```
 */
export interface QuantizationTableHeader {
  /** Bit n: table n has 16-bit values. */
  readonly precision: number;
  /** Bytes of tables that follow; 0: those sent before for the same Q hold, which Q 255 does not allow. */
  readonly tableBytes: number;
}

/** Writes 4 bytes at offset. The tables themselves follow, luminance first, in zigzag order. */
export function writeQuantizationTableHeader(
  bytes: Uint8Array,
  offset: number,
  precision: number,
  tableBytes: number,
): void {
  bytes[offset] = 0;
  bytes[offset + 1] = precision;
  writeUint16(bytes, offset + 2, tableBytes);
}

/** Reads the header at offset, and checks that the tables are there. */
export function parseQuantizationTableHeader(
  bytes: Uint8Array,
  offset: number,
): ParseResult<QuantizationTableHeader> {
  const tablesOffset = offset + quantizationTableHeaderBytes;
  if (tablesOffset > bytes.length) return malformed('shorter than a quantization table header');
  const tableBytes = readUint16(bytes, offset + 2);
  if (tablesOffset + tableBytes > bytes.length) return malformed('quantization tables cut short');
  return parsed({ precision: bytes[offset + 1] ?? 0, tableBytes });
}
