// Texts of RTCP are UTF-8, with their length in one byte before them (RFC 3550 sections 6.5 and 6.6).

/** The longest text, in bytes. */
export const maxTextBytes = 255;

const encoder = new TextEncoder();
// What is not UTF-8 becomes U+FFFD: nothing throws.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes of a text as UTF-8. */
export function textBytes(text: string): number {
  return encoder.encode(text).length;
}

/** Writes length and text at offset, at most 255 bytes of it, and returns the offset behind. */
export function writeText(bytes: Uint8Array, offset: number, text: string): number {
  const { written } = encoder.encodeInto(text, bytes.subarray(offset + 1, offset + 1 + maxTextBytes));
  bytes[offset] = written;
  return offset + 1 + written;
}

/** Reads the text whose length stands at offset; absent when it is longer than what lies before end. */
export function readText(bytes: Uint8Array, offset: number, end: number): string | undefined {
  const from = offset + 1;
  const to = from + (bytes[offset] ?? 0);
  return from > end || to > end ? undefined : decoder.decode(bytes.subarray(from, to));
}
