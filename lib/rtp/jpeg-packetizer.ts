import { findStaticQ, JpegParser, quantizationTableBytes, type JpegRefusal } from '../jpeg/index.js';
import { ntpFraction, ntpSeconds } from '../util/ntp-timestamp.js';
import { absCaptureTimeBytes, writeAbsCaptureTime } from './abs-capture-time.js';
import {
  jpegMainHeaderBytes,
  jpegType,
  maxHeaderDimension,
  qInBand,
  writeFragmentOffset,
  writeJpegMainHeader,
} from './jpeg-main-header.js';
import type { PacketBatch } from './packet-batch.js';
import { quantizationTableHeaderBytes, writeQuantizationTableHeader } from './quantization-table-header.js';
import {
  restartMarkerHeaderBytes,
  wholeFrameRestartCount,
  writeRestartMarkerHeader,
} from './restart-marker-header.js';
import { RestartChunks } from './restart-chunks.js';
import { jpegPayloadType, toRtpTimestamp } from './rtp-clock.js';
import { markRtpHeader, rtpHeaderBytes, writeRtpHeader } from './rtp-header.js';
import { TableNumbers } from './table-numbers.js';

/**
 * How a receiver learns the quantization tables (RFC 2435 section 3.1.8). `in-band`: from every frame (Q 255) ·
 * `static`: by Q 1..99; a frame with other tables than RFC 2435's own is refused · `numbered`: by Q 1..99 where they are
 * RFC 2435's own, else by Q 128..254 and from every frame, so that a receiver that has lost them knows them all the same.
 */
export type QuantizationTables = 'in-band' | 'static' | 'numbered';

export interface JpegPacketizerOptions {
  /**
   * Longest RTP packet in bytes, header and all; 256..65507. Every packet of a frame but the last is that long, unless
   * packets hold whole restart intervals.
   */
  readonly mtu: number;
  /** 32 bits. */
  readonly ssrc: number;
  /** 16 bits; RFC 3550 section 5.1 asks for a random one. */
  readonly initialSequenceNumber: number;
  /** 32 bits; RFC 3550 section 5.1 asks for a random one. */
  readonly rtpTimestampOffset: number;
  readonly quantizationTables: QuantizationTables;
  /** Whether each frame's first packet carries the time of capture as a header extension; default false. */
  readonly absCaptureTime?: boolean;
}

const tablesBytes = 2 * quantizationTableBytes;
/** The fragment offset has 24 bits. */
const maxScanBytes = 2 ** 24;

/**
 * Cuts JPEGs into RTP packets (RFC 2435 sections 3 and 4): types 0, 1, 64 and 65. One for each stream. A frame that
 * is still being encoded is cut as it grows: beginFrame(), then append() as often as there is more of it. Packets of a
 * frame with restart markers hold whole restart intervals where that can be.
 */
export class JpegPacketizer {
  readonly #options: JpegPacketizerOptions;
  #sequenceNumber: number;
  readonly #tableNumbers = new TableNumbers();
  #staticQ = 0;
  // Of the frame that was begun.
  #q = qInBand;
  #jpeg = new JpegParser();
  #bytes: Uint8Array = new Uint8Array(0);
  readonly #commonHeaders = new Uint8Array(rtpHeaderBytes + jpegMainHeaderBytes + restartMarkerHeaderBytes);
  readonly #chunks = new RestartChunks();
  #isAligned = false;
  #captureUnixUs = 0;
  #fragmentOffset = 0;

  constructor(options: JpegPacketizerOptions) {
    this.#options = options;
    this.#sequenceNumber = options.initialSequenceNumber;
  }

  /** Sequence number of the next packet. */
  get sequenceNumber(): number {
    return this.#sequenceNumber;
  }

  /**
   * Writes the headers of a whole frame's packets.
   *
   * @param jpeg - the frame's headers, as read by parse()
   * @param bytes - the frame's file; the batch's payload offsets point into it, and nothing of it is copied but
   *   its quantization tables
   * @param captureTimeUs - microseconds of a monotonic clock
   * @param batch - overwritten
   * @param captureUnixUs - the same moment on the wall clock; only for `absCaptureTime`
   * @returns nothing, or why RFC 2435 cannot carry the frame: the batch is empty then, and no sequence number used
   */
  packetize(
    jpeg: JpegParser,
    bytes: Uint8Array,
    captureTimeUs: number,
    batch: PacketBatch,
    captureUnixUs = 0,
  ): JpegRefusal | undefined {
    batch.reset(0, 0);
    return (
      this.beginFrame(jpeg, bytes, captureTimeUs, captureUnixUs) ?? this.append(jpeg.scanBytes, true, batch)
    );
  }

  /**
   * Begins a frame whose headers are there. Both arguments must stay as they are until the frame's last append().
   *
   * @returns nothing, or why RFC 2435 cannot carry the frame
   */
  beginFrame(
    jpeg: JpegParser,
    bytes: Uint8Array,
    captureTimeUs: number,
    captureUnixUs = 0,
  ): JpegRefusal | undefined {
    this.#jpeg = jpeg;
    this.#bytes = bytes;
    this.#captureUnixUs = captureUnixUs;
    this.#fragmentOffset = 0;
    const refusal = refuse(jpeg) ?? this.#chooseQ(jpeg, bytes);
    if (refusal) return refusal;
    this.#isAligned = false;
    if (jpeg.restartInterval > 0) this.#chunks.begin(jpeg);
    this.#writeCommonHeaders(toRtpTimestamp(captureTimeUs, this.#options.rtpTimestampOffset));
    return undefined;
  }

  /**
   * Writes the headers of the packets that can be filled by now.
   *
   * @param scanBytes - so much of the frame's scan is there, EOI counted
   * @param isComplete - whether that is all of it; if not, the last bytes wait until they fill a packet
   * @param batch - overwritten
   * @returns nothing, or why RFC 2435 cannot carry the frame: the batch is empty then
   */
  append(scanBytes: number, isComplete: boolean, batch: PacketBatch): JpegRefusal | undefined {
    batch.reset(0, 0);
    if (scanBytes > maxScanBytes) {
      const message = `RFC 2435 carries at most ${String(maxScanBytes)} bytes a frame: lower the quality or the size`;
      return { code: 'ERR_JPEG_SIZE', message };
    }
    const { mtu } = this.#options;
    const commonBytes = this.#commonHeaderBytes();
    const firstBytes = commonBytes + this.#firstHeaderBytes();
    if (this.#jpeg.restartInterval > 0) this.#findChunks(scanBytes, isComplete);
    const maxPackets = this.#maxPackets(scanBytes, mtu - commonBytes, firstBytes - commonBytes);
    batch.reset(maxPackets, firstBytes + maxPackets * commonBytes);
    while (this.#fragmentOffset < scanBytes) {
      const isFirst = this.#fragmentOffset === 0;
      const headerBytes = isFirst ? firstBytes : commonBytes;
      const end = this.#payloadEnd(mtu - headerBytes, scanBytes, isComplete);
      if (end === 0) break;
      const payloadBytes = end - this.#fragmentOffset;
      this.#writeHeaders(batch.headers, batch.headerBytes, commonBytes, isComplete && end === scanBytes);
      const extensionBytes = isFirst && this.#options.absCaptureTime ? absCaptureTimeBytes : 0;
      const payloadOffset = this.#jpeg.scanOffset + this.#fragmentOffset;
      batch.add(headerBytes, payloadOffset, payloadBytes, rtpHeaderBytes + extensionBytes);
      this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
      this.#fragmentOffset = end;
    }
    return undefined;
  }

  /** Reads the restart markers. Before the first packet it is decided whether packets are aligned to them. */
  #findChunks(scanBytes: number, isComplete: boolean): void {
    if (this.#fragmentOffset > 0 && !this.#isAligned) return;
    this.#chunks.readTo(this.#bytes, this.#jpeg.scanOffset, scanBytes, isComplete);
    if (this.#fragmentOffset === 0) this.#isAligned = this.#chunks.canAlign;
  }

  /** How many packets the rest of what is there can fill at most. */
  #maxPackets(scanBytes: number, maxPayloadBytes: number, firstHeaderBytes: number): number {
    const packets = (scanBytes - this.#fragmentOffset + firstHeaderBytes) / maxPayloadBytes;
    // Of aligned packets three in a row are longer than one can be: a long interval's rest, a short one, a long one.
    return Math.ceil(this.#isAligned ? 3 * packets + 3 : packets);
  }

  /** Where in the scan the next packet ends; 0: more of the frame has to be there. */
  #payloadEnd(maxPayloadBytes: number, scanBytes: number, isComplete: boolean): number {
    if (this.#isAligned) return this.#chunks.next(this.#fragmentOffset, maxPayloadBytes);
    const end = Math.min(this.#fragmentOffset + maxPayloadBytes, scanBytes);
    // The frame's last packet carries the marker, so what might be the last one waits for the end.
    return isComplete || end < scanBytes ? end : 0;
  }

  /** Bytes of the headers that every packet has. */
  #commonHeaderBytes(): number {
    const restartBytes = this.#jpeg.restartInterval > 0 ? restartMarkerHeaderBytes : 0;
    return rtpHeaderBytes + jpegMainHeaderBytes + restartBytes;
  }

  /** Bytes of the headers that only a frame's first packet has. */
  #firstHeaderBytes(): number {
    const extensionBytes = this.#options.absCaptureTime ? absCaptureTimeBytes : 0;
    return extensionBytes + (hasTables(this.#q) ? quantizationTableHeaderBytes + tablesBytes : 0);
  }

  /**
   * Writes the headers that every packet of the frame has, once: an RTP timestamp is too large a number to be passed on
   * for each packet, because every time it would be a new one on the heap.
   */
  #writeCommonHeaders(rtpTimestamp: number): void {
    const { sampling, restartInterval, width, height } = this.#jpeg;
    const type =
      (sampling === '4:2:0' ? jpegType.yuv420 : jpegType.yuv422) |
      (restartInterval > 0 ? jpegType.restartFlag : 0);
    const common = this.#commonHeaders;
    writeRtpHeader(common, 0, false, jpegPayloadType, 0, rtpTimestamp, this.#options.ssrc);
    writeJpegMainHeader(
      common,
      rtpHeaderBytes,
      0,
      type,
      this.#q,
      Math.ceil(width / 8),
      Math.ceil(height / 8),
    );
  }

  #writeHeaders(headers: Uint8Array, offset: number, commonBytes: number, isLast: boolean): void {
    const isFirst = this.#fragmentOffset === 0;
    const hasExtension = isFirst && this.#options.absCaptureTime === true;
    const common = this.#commonHeaders;
    for (let i = 0; i < rtpHeaderBytes; i++) headers[offset + i] = common[i] ?? 0;
    markRtpHeader(headers, offset, isLast, this.#sequenceNumber, hasExtension);
    let at = offset;
    if (hasExtension) {
      const captureUnixUs = this.#captureUnixUs;
      writeAbsCaptureTime(
        headers,
        at + rtpHeaderBytes,
        ntpSeconds(captureUnixUs),
        ntpFraction(captureUnixUs),
      );
      at += absCaptureTimeBytes;
    }
    for (let i = rtpHeaderBytes; i < commonBytes; i++) headers[at + i] = common[i] ?? 0;
    writeFragmentOffset(headers, at + rtpHeaderBytes, this.#fragmentOffset);
    if (this.#jpeg.restartInterval > 0)
      this.#writeRestartHeader(headers, at + rtpHeaderBytes + jpegMainHeaderBytes);
    if (isFirst && hasTables(this.#q)) writeTables(headers, at + commonBytes, this.#jpeg, this.#bytes);
  }

  #writeRestartHeader(headers: Uint8Array, offset: number): void {
    const { restartInterval } = this.#jpeg;
    if (this.#isAligned) {
      const { first, last, restartCount } = this.#chunks;
      writeRestartMarkerHeader(headers, offset, restartInterval, first, last, restartCount);
    } else {
      // The frame has to be whole (section 3.1.7).
      writeRestartMarkerHeader(headers, offset, restartInterval, true, true, wholeFrameRestartCount);
    }
  }

  #chooseQ(jpeg: JpegParser, bytes: Uint8Array): JpegRefusal | undefined {
    const { luminanceTableOffset: luminance, chrominanceTableOffset: chrominance } = jpeg;
    const { quantizationTables } = this.#options;
    if (quantizationTables === 'in-band') return undefined;
    this.#staticQ = findStaticQ(bytes, luminance, chrominance, this.#staticQ);
    this.#q = this.#staticQ;
    if (this.#q > 0) return undefined;
    if (quantizationTables === 'numbered') {
      this.#q = this.#tableNumbers.numberOf(bytes, luminance, chrominance);
      return undefined;
    }
    const message =
      'the quantization tables are not those of RFC 2435 for any Q of 1..99: send them with quantization_tables = "in-band"';
    return { code: 'ERR_JPEG_QUANTIZATION', message };
  }
}

/** Whether a frame's first packet carries the tables (section 3.1.8). */
function hasTables(q: number): boolean {
  return q >= 128;
}

function refuse(jpeg: JpegParser): JpegRefusal | undefined {
  if (jpeg.width > maxHeaderDimension || jpeg.height > maxHeaderDimension) {
    const size = `${String(jpeg.width)}x${String(jpeg.height)}`;
    const limit = String(maxHeaderDimension);
    const message = `RFC 2435 carries at most ${limit}x${limit} pixels, and the picture has ${size}: scale or crop it`;
    return { code: 'ERR_JPEG_SIZE', message };
  }
  // Receivers take exactly two tables of 64 bytes.
  if (jpeg.luminanceTableBits !== 8 || jpeg.chrominanceTableBits !== 8) {
    const message = 'the JPEG has 16-bit quantization tables, which most receivers of RFC 2435 do not take';
    return { code: 'ERR_JPEG_QUANTIZATION', message };
  }
  return undefined;
}

function writeTables(headers: Uint8Array, offset: number, jpeg: JpegParser, bytes: Uint8Array): void {
  writeQuantizationTableHeader(headers, offset, 0, tablesBytes);
  const tables = offset + quantizationTableHeaderBytes;
  for (let i = 0; i < quantizationTableBytes; i++) {
    headers[tables + i] = bytes[jpeg.luminanceTableOffset + i] ?? 0;
    headers[tables + quantizationTableBytes + i] = bytes[jpeg.chrominanceTableOffset + i] ?? 0;
  }
}
