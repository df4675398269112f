import { writeUint16 } from '../util/bytes.js';
import { standardHuffmanTables } from './huffman-tables.js';
import type { ChromaSampling } from './jpeg-parser.js';
import { marker } from './markers.js';
import { quantizationTableCount, type QuantizationTableData } from './quantization-tables.js';

/** What has to be known of a picture to write the header of its file. */
export interface JpegFileHeader {
  /** Pixels, 1..65535. */
  readonly width: number;
  /** Pixels, 1..65535. */
  readonly height: number;
  readonly sampling: ChromaSampling;
  /** MCUs between two restart markers; 0: none. */
  readonly restartInterval: number;
  readonly tables: QuantizationTableData;
}

/** SOI, APP0, DQT with two tables of 16 bits, SOF, DHT, DRI, SOS. */
export const jpegFileHeaderMaxBytes = 2 + 18 + 2 * (5 + 128) + 19 + 420 + 6 + 14;

// JFIF 1.02, section "JFIF segment format": square pixels, no thumbnail.
const beginning = Uint8Array.of(
  ...[0xff, marker.SOI],
  ...[0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 2, 0, 0, 1, 0, 1, 0, 0],
);

const huffmanTables = [...standardHuffmanTables].flatMap(([key, table]) => [key, ...table]);
const huffmanSegment = Uint8Array.of(
  ...[0xff, marker.DHT, (huffmanTables.length + 2) >> 8, (huffmanTables.length + 2) & 0xff],
  ...huffmanTables,
);

// ITU-T T.81, section B.2.3: luminance by Huffman tables 0, chrominance by tables 1, all 64 coefficients.
const scanHeader = Uint8Array.of(0xff, marker.SOS, 0, 12, 3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0);

/**
 * Writes the header of a JPEG file in front of a scan that is there already (RFC 2435 appendix B shows one, too).
 *
 * @param bytes - memory in which the scan begins at scanOffset
 * @param scanOffset - at least {@link jpegFileHeaderMaxBytes}
 * @returns where the file begins
 */
export function writeJpegFileHeader(bytes: Uint8Array, scanOffset: number, header: JpegFileHeader): number {
  const { restartInterval, tables } = header;
  const tableCount = quantizationTableCount(tables.bytes.length, tables.precision);
  const restartBytes = restartInterval > 0 ? 6 : 0;
  const headerBytes =
    beginning.length +
    5 * tableCount +
    tables.bytes.length +
    19 +
    huffmanSegment.length +
    restartBytes +
    scanHeader.length;
  const begin = scanOffset - headerBytes;
  bytes.set(beginning, begin);
  let at = writeQuantization(bytes, begin + beginning.length, tables, tableCount);
  at = writeFrameHeader(bytes, at, header, tableCount);
  bytes.set(huffmanSegment, at);
  at += huffmanSegment.length;
  if (restartInterval > 0) {
    writeSegmentHead(bytes, at, marker.DRI, 4);
    writeUint16(bytes, at + 4, restartInterval);
  }
  bytes.set(scanHeader, at + restartBytes);
  return begin;
}

function writeSegmentHead(bytes: Uint8Array, at: number, code: number, length: number): void {
  bytes[at] = 0xff;
  bytes[at + 1] = code;
  writeUint16(bytes, at + 2, length);
}

// ITU-T T.81, section B.2.4.1: one segment for each table.
function writeQuantization(
  bytes: Uint8Array,
  offset: number,
  tables: QuantizationTableData,
  tableCount: number,
): number {
  let at = offset;
  let from = 0;
  for (let table = 0; table < tableCount; table++) {
    const is16Bit = (tables.precision >> table) & 1;
    const tableBytes = is16Bit === 1 ? 128 : 64;
    writeSegmentHead(bytes, at, marker.DQT, 3 + tableBytes);
    bytes[at + 4] = (is16Bit << 4) | table;
    for (let i = 0; i < tableBytes; i++) bytes[at + 5 + i] = tables.bytes[from + i] ?? 0;
    at += 5 + tableBytes;
    from += tableBytes;
  }
  return at;
}

// ITU-T T.81, section B.2.2.
function writeFrameHeader(
  bytes: Uint8Array,
  at: number,
  { width, height, sampling, tables }: JpegFileHeader,
  tableCount: number,
): number {
  // Table B.4: the baseline process has no tables of 16 bits, the extended sequential one has.
  const is16Bit = (tables.precision & (tableCount === 2 ? 3 : 1)) !== 0;
  writeSegmentHead(bytes, at, is16Bit ? marker.SOF1 : marker.SOF0, 17);
  bytes[at + 4] = 8;
  writeUint16(bytes, at + 5, height);
  writeUint16(bytes, at + 7, width);
  bytes[at + 9] = 3;
  for (let component = 0; component < 3; component++) {
    const luminanceFactors = sampling === '4:2:0' ? 0x22 : 0x21;
    bytes[at + 10 + 3 * component] = component + 1;
    bytes[at + 11 + 3 * component] = component === 0 ? luminanceFactors : 0x11;
    bytes[at + 12 + 3 * component] = component === 0 ? 0 : tableCount - 1;
  }
  return at + 19;
}
