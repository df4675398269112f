import type { Random } from './random.js';

/** Values that parsers trip over. */
const awkwardBytes = [0, 1, 0x3f, 0x40, 0x7f, 0x80, 0xd0, 0xd7, 0xd9, 0xfe, 0xff] as const;

/** A few bytes of a packet replaced, or a part of it left out, doubled, or put at its end. In new memory. */
export function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(random.below(256));
  let result = Uint8Array.from(bytes);
  for (let i = 1 + random.below(3); i > 0; i--) {
    // Headers lie at the beginning.
    const at = random.below(random.oneIn(2) ? Math.min(40, result.length) : result.length);
    const change = random.below(12);
    if (change < 4) result[at] = random.below(256);
    else if (change < 7) result[at] = random.pick(awkwardBytes);
    else if (change < 10) result[at] = (result[at] ?? 0) ^ (1 << random.below(8));
    else if (change < 11) result = result.slice(0, at);
    else result = Uint8Array.of(...result.subarray(0, at), ...result.subarray(random.below(at + 1), at + 64));
    if (result.length === 0) break;
  }
  return result;
}
