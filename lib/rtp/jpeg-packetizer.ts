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
import { jpegPayloadType, toRtpTimestamp } from './rtp-clock.js';
import { markRtpHeader, rtpHeaderBytes, writeRtpHeader } from './rtp-header.js';

/** How a receiver learns the quantization tables: in every frame (Q 255), or by the number Q of RFC 2435. */
export type QuantizationTables = 'in-band' | 'static';

export interface JpegPacketizerOptions {
  /** Longest RTP packet in bytes, header and all; 256..65507. Every packet of a frame but the last is that long. */
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
 * is still being encoded is cut as it grows: beginFrame(), then append() as often as there is more of it.
 */
export class JpegPacketizer {
  readonly #options: JpegPacketizerOptions;
  #sequenceNumber: number;
  #staticQ = 0;
  // Of the frame that was begun.
  #jpeg = new JpegParser();
  #bytes: Uint8Array = new Uint8Array(0);
  readonly #commonHeaders = new Uint8Array(rtpHeaderBytes + jpegMainHeaderBytes + restartMarkerHeaderBytes);
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
    const maxPackets = Math.ceil(
      (scanBytes - this.#fragmentOffset + firstBytes - commonBytes) / (mtu - commonBytes),
    );
    batch.reset(maxPackets, firstBytes + maxPackets * commonBytes);
    while (this.#fragmentOffset < scanBytes) {
      const headerBytes = this.#fragmentOffset === 0 ? firstBytes : commonBytes;
      const remainingBytes = scanBytes - this.#fragmentOffset;
      const payloadBytes = Math.min(mtu - headerBytes, remainingBytes);
      // The frame's last packet carries the marker, so what might be the last one waits for the end.
      if (!isComplete && payloadBytes === remainingBytes) break;
      this.#writeHeaders(batch.headers, batch.headerBytes, commonBytes, payloadBytes === remainingBytes);
      const extensionBytes =
        this.#fragmentOffset === 0 && this.#options.absCaptureTime ? absCaptureTimeBytes : 0;
      batch.add(
        headerBytes,
        this.#jpeg.scanOffset + this.#fragmentOffset,
        payloadBytes,
        rtpHeaderBytes + extensionBytes,
      );
      this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
      this.#fragmentOffset += payloadBytes;
    }
    return undefined;
  }

  /** Bytes of the headers that every packet has. */
  #commonHeaderBytes(): number {
    const restartBytes = this.#jpeg.restartInterval > 0 ? restartMarkerHeaderBytes : 0;
    return rtpHeaderBytes + jpegMainHeaderBytes + restartBytes;
  }

  /** Bytes of the headers that only a frame's first packet has. */
  #firstHeaderBytes(): number {
    const extensionBytes = this.#options.absCaptureTime ? absCaptureTimeBytes : 0;
    return extensionBytes + (this.#staticQ > 0 ? 0 : quantizationTableHeaderBytes + tablesBytes);
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
    const q = this.#staticQ > 0 ? this.#staticQ : qInBand;
    const common = this.#commonHeaders;
    writeRtpHeader(common, 0, false, jpegPayloadType, 0, rtpTimestamp, this.#options.ssrc);
    writeJpegMainHeader(common, rtpHeaderBytes, 0, type, q, Math.ceil(width / 8), Math.ceil(height / 8));
    if (restartInterval === 0) return;
    // The packets are not aligned to restart intervals: the frame has to be whole (section 3.1.7).
    const at = rtpHeaderBytes + jpegMainHeaderBytes;
    writeRestartMarkerHeader(common, at, restartInterval, true, true, wholeFrameRestartCount);
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
    if (isFirst && this.#staticQ === 0) writeTables(headers, at + commonBytes, this.#jpeg, this.#bytes);
  }

  #chooseQ(jpeg: JpegParser, bytes: Uint8Array): JpegRefusal | undefined {
    if (this.#options.quantizationTables === 'in-band') return undefined;
    this.#staticQ = findStaticQ(bytes, jpeg.luminanceTableOffset, jpeg.chrominanceTableOffset, this.#staticQ);
    if (this.#staticQ > 0) return undefined;
    const message =
      'the quantization tables are not those of RFC 2435 for any Q of 1..99: send them with quantization_tables = "in-band"';
    return { code: 'ERR_JPEG_QUANTIZATION', message };
  }
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
