/**
 * Bytes written as the wire has them, one word a line, with a comment behind each:
 *
 * ```text
 * 80 1a 00 01  # V=2, PT 26, sequence number 1
 * ```
 */
export function hex(text: string): Uint8Array {
  const digits = text.replaceAll(/#.*$/gm, '').replaceAll(/\s/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-f]/.test(digits)) throw new TypeError(`not hexadecimal: ${digits}`);
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

/** The same bytes between others, to show that a function keeps to its own. */
export function framed(bytes: Uint8Array): Uint8Array {
  return Uint8Array.of(0xee, 0xee, 0xee, ...bytes, 0xee, 0xee, 0xee);
}

/** Where framed() puts them. */
export const framedOffset = 3;
