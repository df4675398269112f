import type { ChromaSampling } from './jpeg-parser.js';

// By the standard Huffman tables (ITU-T T.81, tables K.3 to K.6) a block whose DC is that of the block before, and
// which has no AC, is 00 1010 in luminance and 00 00 in chrominance: "no difference", "end of block".

/** 4:2:0: four blocks of luminance and two of chrominance are 32 bits. */
const mcu420 = [0x28, 0xa2, 0x8a, 0x00];
/** 4:2:2: two and two are 20 bits, so two MCUs are 40. */
const twoMcus422 = [0x28, 0xa0, 0x02, 0x8a, 0x00];
/** What is left of a byte is filled with ones (ITU-T T.81, section F.1.2.3). */
const lastMcu422 = [0x28, 0xa0, 0x0f];

/** Bytes of a flat restart interval of so many MCUs. */
export function flatIntervalBytes(sampling: ChromaSampling, mcus: number): number {
  return sampling === '4:2:0' ? 4 * mcus : Math.ceil(2.5 * mcus);
}

/**
 * Writes a restart interval, without its marker, that is grey all over: at the begin of an interval DC counts from the
 * middle of the range.
 *
 * @returns where it ends
 */
export function writeFlatInterval(
  bytes: Uint8Array,
  offset: number,
  sampling: ChromaSampling,
  mcus: number,
): number {
  const end = offset + flatIntervalBytes(sampling, mcus);
  const pattern = sampling === '4:2:0' ? mcu420 : twoMcus422;
  for (let at = offset, i = 0; at < end; at++) {
    bytes[at] = pattern[i] ?? 0;
    i = i + 1 === pattern.length ? 0 : i + 1;
  }
  if (sampling === '4:2:2' && mcus % 2 === 1) bytes.set(lastMcu422, end - lastMcu422.length);
  return end;
}
