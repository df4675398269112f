import { readUint24, readUint32 } from '../../util/bytes.js';

/** "REMB" */
const identifier = 0x52454d42;

/**
 * What a receiver estimates that its way carries (draft-alvestrand-rmcat-remb-03 section 2.2).
 *
 * ```text
 * |       Unique identifier 'R' 'E' 'M' 'B'                       |
 * |  Num SSRC     | BR Exp    |  BR Mantissa                      |
 * ```
 *
 * @returns bits a second; nothing when it is another kind of application layer feedback
 */
export function readRemb(bytes: Uint8Array, begin: number, end: number): number | undefined {
  if (begin + 8 > end || readUint32(bytes, begin) !== identifier) return undefined;
  const word = readUint24(bytes, begin + 5);
  return (word & 0x3ffff) * 2 ** (word >> 18);
}
