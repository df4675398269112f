import { readUint24, writeUint24 } from '../util/bytes.js';
import { malformed, parsed, type ParseResult } from '../util/parse-result.js';

/** Bytes of the main JPEG header. */
export const jpegMainHeaderBytes = 8;

/** The widest and highest picture whose size the header can hold: 255 units of 8 pixels. */
export const maxHeaderDimension = 2040;

/** Type field: chroma sampling, and whether restart markers are in use (RFC 2435 sections 3.1.3 and 4.1). */
export const jpegType = {
  yuv422: 0,
  yuv420: 1,
  /** Added to a type when the JPEG has restart markers: types 64..127. */
  restartFlag: 64,
} as const;

/** Q field value for tables that come with each frame and hold for that frame alone (section 3.1.8). */
export const qInBand = 255;

/**
 * The header that begins every RTP/JPEG payload (RFC 2435 section 3.1).
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * | Type-specific |              Fragment Offset                  |
 * |      Type     |       Q       |     Width     |     Height    |
 * ```
 */
export interface JpegMainHeader {
  /** 0: progressively scanned picture (not interlaced). */
  readonly typeSpecific: number;
  /** Where this packet's data begins in the frame's scan, in bytes; 24 bits. */
  readonly fragmentOffset: number;
  /** 0..255, see {@link jpegType}. */
  readonly type: number;
  /** 0..255: 1..99 static tables, 128..254 tables that may be cached, 255 tables of this frame alone. */
  readonly q: number;
  /** In units of 8 pixels, 0..255; 0: larger than 2040, said elsewhere. */
  readonly widthUnits: number;
  /** In units of 8 pixels, 0..255; 0: larger than 2040, said elsewhere. */
  readonly heightUnits: number;
}

/** Writes 8 bytes at offset. Type-specific is 0. */
export function writeJpegMainHeader(
  bytes: Uint8Array,
  offset: number,
  fragmentOffset: number,
  type: number,
  q: number,
  widthUnits: number,
  heightUnits: number,
): void {
  bytes[offset] = 0;
  writeFragmentOffset(bytes, offset, fragmentOffset);
  bytes[offset + 4] = type;
  bytes[offset + 5] = q;
  bytes[offset + 6] = widthUnits;
  bytes[offset + 7] = heightUnits;
}

/** Sets the fragment offset of a header that has been written. */
export function writeFragmentOffset(bytes: Uint8Array, offset: number, fragmentOffset: number): void {
  writeUint24(bytes, offset + 1, fragmentOffset);
}

/** Reads the header at offset. */
export function parseJpegMainHeader(bytes: Uint8Array, offset: number): ParseResult<JpegMainHeader> {
  if (offset + jpegMainHeaderBytes > bytes.length) return malformed('shorter than a JPEG header');
  return parsed({
    typeSpecific: bytes[offset] ?? 0,
    fragmentOffset: readUint24(bytes, offset + 1),
    type: bytes[offset + 4] ?? 0,
    q: bytes[offset + 5] ?? 0,
    widthUnits: bytes[offset + 6] ?? 0,
    heightUnits: bytes[offset + 7] ?? 0,
  });
}
