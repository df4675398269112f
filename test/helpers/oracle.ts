import type { Flip } from '../../lib/native/core-addon.js';

/** A decoded luma plane. */
export interface LumaPlane {
  readonly samples: Uint8Array;
  /** Bytes from one row to the next. */
  readonly stride: number;
  /** Of the picture as it was encoded: a receiver of RFC 2435 may have made it larger. */
  readonly width: number;
  readonly height: number;
}

/** What the test pattern's mark says (native/sources/test_pattern.h). */
export interface Mark {
  /** Modulo 2^24. */
  readonly sequence: number;
  /** Microseconds of CLOCK_MONOTONIC, modulo 2^32. */
  readonly captureTimeUs: number;
}

const cellsPerSide = 8;

/** Where a pixel of the source stands in a picture of this size that was turned. Rotations are clockwise. */
function position(x: number, y: number, plane: LumaPlane, flip: Flip): [x: number, y: number] {
  const right = plane.width - 1;
  const bottom = plane.height - 1;
  switch (flip) {
    case 'none':
      return [x, y];
    case 'horizontal-flip':
      return [right - x, y];
    case 'vertical-flip':
      return [x, bottom - y];
    case 'rotate-180':
      return [right - x, bottom - y];
    case 'rotate-90':
      return [right - y, x];
    case 'rotate-270':
      return [y, bottom - x];
  }
}

/** Whether most of a cell is light. */
function isLight(column: number, row: number, cellPixels: number, plane: LumaPlane, flip: Flip): boolean {
  let sum = 0;
  for (let y = row * cellPixels; y < (row + 1) * cellPixels; y++) {
    for (let x = column * cellPixels; x < (column + 1) * cellPixels; x++) {
      const [atX, atY] = position(x, y, plane, flip);
      sum += plane.samples[atY * plane.stride + atX] ?? 0;
    }
  }
  return sum > 128 * cellPixels ** 2;
}

/** CRC-8 with polynomial 0x07. */
function crc8(bytes: Iterable<number>): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) & 0xff) ^ ((crc & 0x80) !== 0 ? 0x07 : 0);
  }
  return crc;
}

/**
 * Reads the mark of the test pattern: which frame this is, and when it was taken.
 *
 * @param flip - what was done to the picture since it was drawn
 * @returns nothing when the mark's checksum is wrong: a damaged picture, or another one
 */
export function readMark(plane: LumaPlane, flip: Flip = 'none'): Mark | undefined {
  let cellPixels = 16;
  while (cellPixels > 2 && cellPixels * cellsPerSide > Math.min(plane.width, plane.height)) cellPixels /= 2;
  const rows = Array.from({ length: cellsPerSide }, (_, row) => {
    let byte = 0;
    for (let column = 0; column < cellsPerSide; column++) {
      byte = (byte << 1) | (isLight(column, row, cellPixels, plane, flip) ? 1 : 0);
    }
    return byte;
  });
  if (crc8(rows.slice(0, 7)) !== rows[7]) return undefined;
  const mark = Buffer.from(rows);
  return { sequence: mark.readUIntBE(0, 3), captureTimeUs: mark.readUInt32BE(3) };
}
