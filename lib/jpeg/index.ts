/**
 * Baseline JPEG as RFC 2435 needs it. Pure: loads no addon, opens nothing.
 *
 * @packageDocumentation
 */
export { JpegParser, type ChromaSampling, type JpegRefusal, type ScanEnd } from './jpeg-parser.js';
export { standardHuffmanTables } from './huffman-tables.js';
export { findStaticQ, quantizationTableBytes, staticQuantizationTables } from './quantization-tables.js';
