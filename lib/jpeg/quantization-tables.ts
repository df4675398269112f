import { zigzagOrder } from './zigzag.js';

/** Bytes of one quantization table of 8-bit precision. */
export const quantizationTableBytes = 64;

/** The quantization tables of a picture, in zigzag order: one for all components, or luminance and chrominance. */
export interface QuantizationTableData {
  readonly bytes: Uint8Array;
  /** Bit n: table n has 16-bit values. */
  readonly precision: number;
}

/**
 * How many tables so many bytes are.
 *
 * @param precision - bit n: table n has 16-bit values
 * @returns 1 or 2; 0 when they are neither one table nor two
 */
export function quantizationTableCount(tableBytes: number, precision: number): number {
  const firstBytes = quantizationTableBytes << (precision & 1);
  const secondBytes = quantizationTableBytes << ((precision >> 1) & 1);
  if (tableBytes === firstBytes) return 1;
  return tableBytes === firstBytes + secondBytes ? 2 : 0;
}

// ITU-T T.81, tables K.1 and K.2, row by row: the base of RFC 2435's tables (appendix A) and of libjpeg's.
const luminanceBase = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const chrominanceBase = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

function scaled(base: readonly number[], scalePercent: number): number[] {
  return zigzagOrder.map((position) => {
    const value = Math.floor(((base[position] ?? 0) * scalePercent + 50) / 100);
    return Math.min(Math.max(value, 1), 255);
  });
}

/**
 * The tables that a receiver of RFC 2435 makes for itself when Q is 1..99 (section 4.2 and appendix A).
 *
 * @param q - quality, 1..99
 * @returns 128 bytes: the luminance table, then the chrominance table, each in zigzag order
 */
export function staticQuantizationTables(q: number): Uint8Array {
  const scalePercent = q < 50 ? Math.floor(5000 / q) : 200 - q * 2;
  return Uint8Array.from([...scaled(luminanceBase, scalePercent), ...scaled(chrominanceBase, scalePercent)]);
}

const staticTablesByQ: (Uint8Array | undefined)[] = [];

function equalAt(bytes: Uint8Array, offset: number, expected: Uint8Array, expectedOffset: number): boolean {
  for (let i = 0; i < quantizationTableBytes; i++) {
    if (bytes[offset + i] !== expected[expectedOffset + i]) return false;
  }
  return true;
}

/**
 * Which Q of 1..99 stands for two tables of 8-bit precision, so that they need not be sent.
 *
 * @param bytes - the JPEG file
 * @param luminanceOffset - where in it the luminance table's 64 bytes begin
 * @param chrominanceOffset - where in it the chrominance table's 64 bytes begin
 * @param likelyQ - tried first: the answer to the frame before
 * @returns Q, or 0 when the tables are not exactly those of RFC 2435 for any Q
 */
export function findStaticQ(
  bytes: Uint8Array,
  luminanceOffset: number,
  chrominanceOffset: number,
  likelyQ: number,
): number {
  const matches = (q: number): boolean => {
    const tables = (staticTablesByQ[q] ??= staticQuantizationTables(q));
    return (
      equalAt(bytes, luminanceOffset, tables, 0) &&
      equalAt(bytes, chrominanceOffset, tables, quantizationTableBytes)
    );
  };
  if (likelyQ > 0 && matches(likelyQ)) return likelyQ;
  for (let q = 1; q <= 99; q++) if (matches(q)) return q;
  return 0;
}
