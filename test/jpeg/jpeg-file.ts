import {
  standardHuffmanTables,
  staticQuantizationTables,
  type ChromaSampling,
} from '../../lib/jpeg/index.js';

/** One component of a frame: number, sampling factors and quantization table. */
export interface Component {
  readonly id: number;
  readonly horizontal: number;
  readonly vertical: number;
  readonly table: number;
}

/** Luminance with table 0, chrominance with table 1. */
export function components(sampling: ChromaSampling): Component[] {
  return [
    { id: 1, horizontal: 2, vertical: sampling === '4:2:0' ? 2 : 1, table: 0 },
    { id: 2, horizontal: 1, vertical: 1, table: 1 },
    { id: 3, horizontal: 1, vertical: 1, table: 1 },
  ];
}

/** A marker and a segment with its length (ITU-T T.81, section B.1.1.4). */
export function segment(code: number, content: Iterable<number>): Uint8Array {
  const bytes = Uint8Array.from(content);
  const length = bytes.length + 2;
  return Uint8Array.of(0xff, code, length >> 8, length & 0xff, ...bytes);
}

export const startOfImage = Uint8Array.of(0xff, 0xd8);
export const endOfImage = Uint8Array.of(0xff, 0xd9);
export const applicationData = segment(0xe0, Buffer.from('JFIF\0\x01\x02\0\0\x01\0\x01\0\0', 'latin1'));

/** DQT with one table; 16 bits where a value needs them. */
export function quantization(table: number, values: ArrayLike<number>, bits: 8 | 16 = 8): Uint8Array {
  const bytes = Array.from(values, (value) => (bits === 16 ? [value >> 8, value & 0xff] : [value])).flat();
  return segment(0xdb, [(bits === 16 ? 0x10 : 0) | table, ...bytes]);
}

/** Both tables of a static Q, one segment each. */
export function quantizationOfQ(q: number): Uint8Array[] {
  const tables = staticQuantizationTables(q);
  return [quantization(0, tables.subarray(0, 64)), quantization(1, tables.subarray(64))];
}

export interface FrameHeader {
  /** The marker; SOF0 when not given. */
  readonly code?: number;
  readonly precision?: number;
  readonly width?: number;
  readonly height?: number;
  readonly components?: readonly Component[];
}

export function frameHeader(options: FrameHeader = {}): Uint8Array {
  const { code = 0xc0, precision = 8, width = 16, height = 16 } = options;
  const list = options.components ?? components('4:2:0');
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  const content = list.flatMap(({ id, horizontal, vertical, table }) => [
    id,
    (horizontal << 4) | vertical,
    table,
  ]);
  return segment(code, [precision, ...size, list.length, ...content]);
}

/** DHT with one table; the key is class << 4 | number. */
export function huffman(key: number, table: Iterable<number>): Uint8Array {
  return segment(0xc4, [key, ...table]);
}

export const standardHuffman = [...standardHuffmanTables].map(([key, table]) => huffman(key, table));

export function restartInterval(mcus: number): Uint8Array {
  return segment(0xdd, [mcus >> 8, mcus & 0xff]);
}

/** SOS: for each component its number, and its Huffman tables as DC << 4 | AC. */
export function scanHeader(selectors: readonly (readonly [number, number])[] = usualSelectors): Uint8Array {
  return segment(0xda, [selectors.length, ...selectors.flat(), 0, 63, 0]);
}
const usualSelectors = [
  [1, 0x00],
  [2, 0x11],
  [3, 0x11],
] as const;

/** Entropy-coded bytes for tests that do not decode them: none is FF. */
export function entropyCoded(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) % 251);
}

export function join(...parts: Iterable<number>[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export interface JpegFile {
  readonly width?: number;
  readonly height?: number;
  readonly sampling?: ChromaSampling;
  /** MCUs; default none. */
  readonly restartInterval?: number;
  /** DQT segments; default those of Q 50. */
  readonly quantization?: readonly Uint8Array[];
  /** Default the standard tables. */
  readonly huffman?: readonly Uint8Array[];
  readonly frame?: Uint8Array;
  readonly scanHeader?: Uint8Array;
  /** Without EOI; default 100 bytes. */
  readonly scan?: Uint8Array;
}

/** A JPEG file that RFC 2435 can carry, but for what the options change. */
export function jpegFile(options: JpegFile = {}): Uint8Array {
  const { width = 16, height = 16, sampling = '4:2:0' } = options;
  return Uint8Array.from(
    Buffer.concat([
      startOfImage,
      applicationData,
      ...(options.quantization ?? quantizationOfQ(50)),
      options.frame ?? frameHeader({ width, height, components: components(sampling) }),
      ...(options.huffman ?? standardHuffman),
      ...(options.restartInterval === undefined ? [] : [restartInterval(options.restartInterval)]),
      options.scanHeader ?? scanHeader(),
      options.scan ?? entropyCoded(100),
      endOfImage,
    ]),
  );
}
