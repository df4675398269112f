import assert from 'node:assert/strict';
import { JpegParser, quantizationTableBytes } from '../../lib/jpeg/index.js';

function parse(jpeg: Uint8Array): JpegParser {
  const parser = new JpegParser();
  const refusal = parser.parse(jpeg, jpeg.length, 'search');
  assert.equal(refusal, undefined, refusal?.message);
  return parser;
}

/** All that the pixels follow from. RFC 2435 carries the size in units of 8. */
function pictureOf(jpeg: Uint8Array) {
  const parser = parse(jpeg);
  const { width, height, sampling, restartInterval, scanOffset, scanBytes } = parser;
  const table = (offset: number) => Buffer.from(jpeg.subarray(offset, offset + quantizationTableBytes));
  return {
    ...{ widthUnits: Math.ceil(width / 8), heightUnits: Math.ceil(height / 8), sampling, restartInterval },
    luminanceTable: table(parser.luminanceTableOffset),
    chrominanceTable: table(parser.chrominanceTableOffset),
    scan: Buffer.from(jpeg.subarray(scanOffset, scanOffset + scanBytes)),
  };
}

/** Fails unless two JPEGs decode to the same pixels, bit by bit. */
export function assertSameJpeg(received: Uint8Array, sent: Uint8Array, what: string): void {
  assert.deepEqual(pictureOf(received), pictureOf(sent), what);
}
