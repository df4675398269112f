/**
 * Baseline JPEG as RFC 2435 needs it. Pure: loads no addon, opens nothing.
 *
 * @packageDocumentation
 */
export { JpegParser, type ChromaSampling, type JpegRefusal, type ScanEnd } from './jpeg-parser.js';
export { standardHuffmanTables } from './huffman-tables.js';
export {
  findStaticQ,
  quantizationTableBytes,
  quantizationTableCount,
  staticQuantizationTables,
  type QuantizationTableData,
} from './quantization-tables.js';
export { jpegFileHeaderMaxBytes, writeJpegFileHeader, type JpegFileHeader } from './jpeg-file-header.js';
export { mcuGrid, type McuGrid } from './mcu-grid.js';
export { RestartIntervals } from './restart-intervals.js';
export {
  intervalCount,
  joinedBytes,
  joinIntervals,
  type IntervalLayout,
  type IntervalSource,
} from './join-intervals.js';
