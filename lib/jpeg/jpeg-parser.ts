import type { ErrorCode } from '../errors/index.js';
import { standardHuffmanTables } from './huffman-tables.js';
import { frameName, isStartOfFrame, marker } from './markers.js';

/** Why a JPEG was refused. */
export interface JpegRefusal {
  readonly code: ErrorCode;
  readonly message: string;
}

/** How the chroma samples lie: the two ways that RFC 2435 carries. */
export type ChromaSampling = '4:2:0' | '4:2:2';

/**
 * Where the end of the entropy-coded scan is looked for. `file-end`: the file is known to be one picture that
 * ends with EOI (our own encoder's). `search`: the scan is read through for it, so that what follows EOI is left
 * out, and a second scan is noticed. `open`: it is not there yet, because the picture is still being encoded.
 */
export type ScanEnd = 'file-end' | 'search' | 'open';

const truncated: JpegRefusal = { code: 'ERR_JPEG_TRUNCATED', message: 'the JPEG ends too early' };

/**
 * Reads the headers of baseline JPEGs as RFC 2435 can carry them. One object serves for all frames of a stream:
 * parse() fills its fields and allocates nothing when the JPEG is good. Offsets count bytes from the beginning of
 * the file.
 */
export class JpegParser {
  width = 0;
  height = 0;
  sampling: ChromaSampling = '4:2:0';
  /** In MCUs (DRI); 0: none. */
  restartInterval = 0;
  /** The tables' bytes in the file, in zigzag order: 64 of them, or 128 where the table is of 16-bit precision. */
  luminanceTableOffset = 0;
  chrominanceTableOffset = 0;
  /** 8 or 16. */
  luminanceTableBits = 8;
  chrominanceTableBits = 8;
  /** The entropy-coded data, with the EOI marker that ends it; where the end is open, so much as is there. */
  scanOffset = 0;
  scanBytes = 0;

  #bytes: Uint8Array = new Uint8Array(0);
  #length = 0;
  // By table number 0..3: offset of the table's values, 0 while there is none.
  readonly #tableOffsets = new Uint32Array(4);
  readonly #tableBits = new Uint8Array(4);
  // Per component of the frame, in its order.
  readonly #componentIds = new Uint8Array(3);
  readonly #componentTables = new Uint8Array(3);
  #hasFrame = false;

  /**
   * Reads one JPEG file.
   *
   * @param bytes - memory that begins with the file
   * @param length - bytes of the file in it
   * @param scanEnd - how the end of the scan is found
   * @returns nothing when the JPEG can be carried, else why it cannot
   */
  parse(bytes: Uint8Array, length: number, scanEnd: ScanEnd): JpegRefusal | undefined {
    this.#bytes = bytes;
    this.#length = Math.min(length, bytes.length);
    this.#hasFrame = false;
    this.restartInterval = 0;
    this.#tableOffsets.fill(0);
    if (length === 0) return { code: 'ERR_JPEG_INVALID', message: 'the JPEG is empty: 0 bytes' };
    if (this.#byte(0) !== 0xff || this.#byte(1) !== marker.SOI) {
      return { code: 'ERR_JPEG_INVALID', message: 'the bytes are not a JPEG: they do not begin with FF D8' };
    }
    return this.#readSegments(scanEnd);
  }

  #byte(offset: number): number {
    return this.#bytes[offset] ?? 0;
  }

  #word(offset: number): number {
    return (this.#byte(offset) << 8) | this.#byte(offset + 1);
  }

  #readSegments(scanEnd: ScanEnd): JpegRefusal | undefined {
    let offset = 2;
    for (;;) {
      if (offset + 4 > this.#length) return truncated;
      if (this.#byte(offset) !== 0xff) {
        return {
          code: 'ERR_JPEG_INVALID',
          message: `no marker where one has to be, at byte ${String(offset)}`,
        };
      }
      const code = this.#byte(offset + 1);
      if (code === 0xff) {
        offset += 1; // a fill byte
        continue;
      }
      if (code === marker.TEM) {
        offset += 2; // the only marker without a length that may stand here
        continue;
      }
      if (code === marker.EOI) return truncated;
      const content = offset + 4;
      const end = offset + 2 + this.#word(offset + 2);
      if (end > this.#length) return truncated;
      if (end < content) return { code: 'ERR_JPEG_INVALID', message: 'a segment has an impossible length' };
      const refusal = this.#readSegment(code, content, end);
      if (refusal) return refusal;
      if (code === marker.SOS) return this.#readScan(end, scanEnd);
      offset = end;
    }
  }

  #readSegment(code: number, content: number, end: number): JpegRefusal | undefined {
    if (isStartOfFrame(code)) return this.#readFrame(code, content, end);
    switch (code) {
      case marker.DQT:
        return this.#readQuantization(content, end);
      case marker.DHT:
        return this.#readHuffman(content, end);
      case marker.DRI:
        if (end - content < 2) return truncated;
        this.restartInterval = this.#word(content);
        return undefined;
      case marker.DAC:
        return {
          code: 'ERR_JPEG_UNSUPPORTED',
          message: 'an arithmetic-coded JPEG cannot be sent by RFC 2435',
        };
      case marker.SOS:
        return this.#readScanHeader(content, end);
      default:
        return undefined; // application data and comments
    }
  }

  // ITU-T T.81, section B.2.2.
  #readFrame(code: number, content: number, end: number): JpegRefusal | undefined {
    if (code !== marker.SOF0 && code !== marker.SOF1) {
      const name = frameName(code);
      return { code: 'ERR_JPEG_UNSUPPORTED', message: `a JPEG that is ${name} cannot be sent by RFC 2435` };
    }
    if (end - content < 6) return truncated;
    const precision = this.#byte(content);
    if (precision !== 8) {
      const bits = String(precision);
      return { code: 'ERR_JPEG_UNSUPPORTED', message: `a JPEG of ${bits} bits cannot be sent by RFC 2435` };
    }
    this.height = this.#word(content + 1);
    this.width = this.#word(content + 3);
    if (this.width === 0 || this.height === 0) {
      return { code: 'ERR_JPEG_INVALID', message: 'the JPEG does not say how wide and high it is' };
    }
    const components = this.#byte(content + 5);
    if (components !== 3) {
      const message = `RFC 2435 carries three components (Y, Cb, Cr), and the JPEG has ${String(components)}`;
      return { code: 'ERR_JPEG_SAMPLING', message };
    }
    if (end - content < 15) return truncated;
    return this.#readComponents(content + 6);
  }

  #readComponents(offset: number): JpegRefusal | undefined {
    for (let i = 0; i < 3; i++) {
      this.#componentIds[i] = this.#byte(offset + 3 * i);
      this.#componentTables[i] = this.#byte(offset + 3 * i + 2) & 3;
    }
    const luminance = this.#byte(offset + 1);
    const blue = this.#byte(offset + 4);
    const red = this.#byte(offset + 7);
    if (blue !== 0x11 || red !== 0x11 || (luminance !== 0x22 && luminance !== 0x21)) {
      const factors = [luminance, blue, red].map((v) => `${String(v >> 4)}x${String(v & 15)}`).join(', ');
      const message = `RFC 2435 carries 4:2:0 and 4:2:2, and the JPEG has sampling factors ${factors}`;
      return { code: 'ERR_JPEG_SAMPLING', message };
    }
    this.sampling = luminance === 0x22 ? '4:2:0' : '4:2:2';
    this.#hasFrame = true;
    return undefined;
  }

  #readQuantization(content: number, end: number): JpegRefusal | undefined {
    let offset = content;
    while (offset < end) {
      const head = this.#byte(offset);
      const bits = head >> 4 === 0 ? 8 : 16;
      const valuesBytes = 8 * bits;
      if (head >> 4 > 1 || (head & 15) > 3) {
        return {
          code: 'ERR_JPEG_INVALID',
          message: 'a quantization table has an impossible number or precision',
        };
      }
      if (offset + 1 + valuesBytes > end) return truncated;
      this.#tableOffsets[head & 3] = offset + 1;
      this.#tableBits[head & 3] = bits;
      offset += 1 + valuesBytes;
    }
    return undefined;
  }

  #readHuffman(content: number, end: number): JpegRefusal | undefined {
    let offset = content;
    while (offset < end) {
      const key = this.#byte(offset);
      let tableBytes = 16;
      for (let i = 1; i <= 16; i++) tableBytes += this.#byte(offset + i);
      if (offset + 1 + tableBytes > end) return truncated;
      const standard = standardHuffmanTables.get(key);
      if (standard?.length !== tableBytes || !this.#equals(offset + 1, standard)) {
        const message =
          'the JPEG has Huffman tables of its own, and RFC 2435 carries the standard ones only: ' +
          'encode it without optimised Huffman tables';
        return { code: 'ERR_JPEG_HUFFMAN', message };
      }
      offset += 1 + tableBytes;
    }
    return undefined;
  }

  #equals(offset: number, expected: Uint8Array): boolean {
    for (let i = 0; i < expected.length; i++) if (this.#bytes[offset + i] !== expected[i]) return false;
    return true;
  }

  // ITU-T T.81, section B.2.3. RFC 2435 section 3.1.9: one interleaved scan; section 4.1: tables 0 and 1.
  #readScanHeader(content: number, end: number): JpegRefusal | undefined {
    if (!this.#hasFrame)
      return { code: 'ERR_JPEG_INVALID', message: 'the JPEG has a scan before its frame header' };
    if (end - content < 10 || this.#byte(content) !== 3) {
      return {
        code: 'ERR_JPEG_UNSUPPORTED',
        message: 'RFC 2435 carries JPEG with one interleaved scan only',
      };
    }
    for (let i = 0; i < 3; i++) {
      const huffman = i === 0 ? 0x00 : 0x11;
      if (this.#byte(content + 1 + 2 * i) !== this.#componentIds[i]) {
        return { code: 'ERR_JPEG_UNSUPPORTED', message: 'the scan has its components in another order' };
      }
      if (this.#byte(content + 2 + 2 * i) !== huffman) {
        return { code: 'ERR_JPEG_HUFFMAN', message: 'the scan assigns the Huffman tables in an unusual way' };
      }
    }
    return this.#readTableChoice();
  }

  #readTableChoice(): JpegRefusal | undefined {
    // By index: a destructured array makes an iterator, for every frame.
    const luminance = this.#componentTables[0] ?? 0;
    const blue = this.#componentTables[1] ?? 0;
    const red = this.#componentTables[2] ?? 0;
    if (blue !== red) {
      const message = 'Cb and Cr have different quantization tables, and RFC 2435 carries one for both';
      return { code: 'ERR_JPEG_QUANTIZATION', message };
    }
    this.luminanceTableOffset = this.#tableOffsets[luminance] ?? 0;
    this.chrominanceTableOffset = this.#tableOffsets[blue] ?? 0;
    this.luminanceTableBits = this.#tableBits[luminance] ?? 8;
    this.chrominanceTableBits = this.#tableBits[blue] ?? 8;
    if (this.luminanceTableOffset === 0 || this.chrominanceTableOffset === 0) {
      return { code: 'ERR_JPEG_QUANTIZATION', message: 'the JPEG lacks a quantization table that it uses' };
    }
    return undefined;
  }

  #readScan(scanOffset: number, scanEnd: ScanEnd): JpegRefusal | undefined {
    this.scanOffset = scanOffset;
    let end = this.#length;
    if (scanEnd === 'search') {
      const found = this.#findScanEnd(scanOffset);
      if (typeof found !== 'number') return found;
      end = found;
    } else if (
      scanEnd === 'file-end' &&
      (this.#byte(end - 2) !== 0xff || this.#byte(end - 1) !== marker.EOI)
    ) {
      return truncated;
    }
    this.scanBytes = end - scanOffset;
    return scanEnd === 'open' || this.scanBytes > 2 ? undefined : truncated;
  }

  #findScanEnd(scanOffset: number): number | JpegRefusal {
    for (let at = scanOffset; ; at += 2) {
      at = this.#bytes.indexOf(0xff, at);
      if (at < 0 || at + 2 > this.#length) return truncated;
      const code = this.#byte(at + 1);
      if (code === marker.EOI) return at + 2;
      if (code === 0xff)
        at -= 1; // a fill byte: the next one may be the marker
      else if (code !== 0 && (code < marker.RST0 || code > marker.RST7)) {
        return {
          code: 'ERR_JPEG_UNSUPPORTED',
          message: 'RFC 2435 carries JPEG with one interleaved scan only',
        };
      }
    }
  }
}
