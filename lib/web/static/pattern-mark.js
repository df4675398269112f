// @ts-check
/** Pixels of the corner that the mark is in: 8 x 8 cells, light or dark. */
export const markPixels = 128;

const cells = 8;
const cellPixels = markPixels / cells;

/**
 * When a picture of the test pattern was taken, which its corner tells.
 *
 * @param {Uint8ClampedArray} rgba - the corner, markPixels wide and high
 * @returns {number | undefined} microseconds of the streamer's clock, modulo 2^32; undefined: there is no mark
 */
export function readCaptureTimeUs(rgba) {
  /** @type {number[]} */
  const bytes = [];
  for (let row = 0; row < cells; row++) {
    let byte = 0;
    for (let column = 0; column < cells; column++) byte = (byte << 1) | (isLight(rgba, column, row) ? 1 : 0);
    bytes.push(byte);
  }
  // Three bytes of the frame's number, four of its time, and a checksum.
  if (crc8(bytes.slice(0, 7)) !== bytes[7]) return undefined;
  return bytes.slice(3, 7).reduce((value, byte) => value * 256 + byte, 0);
}

/**
 * By the middle of a cell, which no filter has reached.
 *
 * @param {Uint8ClampedArray} rgba
 * @param {number} column
 * @param {number} row
 */
function isLight(rgba, column, row) {
  const x = (column + 0.5) * cellPixels;
  const y = (row + 0.5) * cellPixels;
  return (rgba[4 * (y * markPixels + x) + 1] ?? 0) > 127;
}

/**
 * With the polynomial 0x07.
 *
 * @param {number[]} bytes
 */
function crc8(bytes) {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) & 0xff) ^ (crc & 0x80 ? 0x07 : 0);
  }
  return crc;
}
