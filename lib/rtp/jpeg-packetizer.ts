import { findStaticQ, quantizationTableBytes, type JpegParser, type JpegRefusal } from '../jpeg/index.js';
import {
  jpegMainHeaderBytes,
  jpegType,
  maxHeaderDimension,
  qInBand,
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
import { rtpHeaderBytes, writeRtpHeader } from './rtp-header.js';

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
}

const tablesBytes = 2 * quantizationTableBytes;
/** The fragment offset has 24 bits. */
const maxScanBytes = 2 ** 24;

/** Cuts JPEGs into RTP packets (RFC 2435 sections 3 and 4): types 0, 1, 64 and 65. One for each stream. */
export class JpegPacketizer {
  readonly #options: JpegPacketizerOptions;
  #sequenceNumber: number;
  #staticQ = 0;

  constructor(options: JpegPacketizerOptions) {
    this.#options = options;
    this.#sequenceNumber = options.initialSequenceNumber;
  }

  /** Sequence number of the next packet. */
  get sequenceNumber(): number {
    return this.#sequenceNumber;
  }

  /**
   * Writes the headers of a frame's packets.
   *
   * @param jpeg - the frame's headers, as read by parse()
   * @param bytes - the frame's file; the batch's payload offsets point into it, and nothing of it is copied but
   *   its quantization tables
   * @param captureTimeUs - microseconds of a monotonic clock
   * @param batch - overwritten
   * @returns nothing, or why RFC 2435 cannot carry the frame: the batch is empty then, and no sequence number used
   */
  packetize(
    jpeg: JpegParser,
    bytes: Uint8Array,
    captureTimeUs: number,
    batch: PacketBatch,
  ): JpegRefusal | undefined {
    batch.reset(0, 0);
    const refusal = refuse(jpeg) ?? this.#chooseQ(jpeg, bytes);
    if (refusal) return refusal;

    const { mtu, ssrc, rtpTimestampOffset } = this.#options;
    const rtpTimestamp = toRtpTimestamp(captureTimeUs, rtpTimestampOffset);
    const hasRestarts = jpeg.restartInterval > 0;
    const type =
      (jpeg.sampling === '4:2:0' ? jpegType.yuv420 : jpegType.yuv422) |
      (hasRestarts ? jpegType.restartFlag : 0);
    const q = this.#staticQ > 0 ? this.#staticQ : qInBand;
    const widthUnits = Math.ceil(jpeg.width / 8);
    const heightUnits = Math.ceil(jpeg.height / 8);
    const commonBytes = rtpHeaderBytes + jpegMainHeaderBytes + (hasRestarts ? restartMarkerHeaderBytes : 0);
    const firstBytes = commonBytes + (q === qInBand ? quantizationTableHeaderBytes + tablesBytes : 0);
    const maxPackets = Math.ceil((jpeg.scanBytes + firstBytes - commonBytes) / (mtu - commonBytes));
    batch.reset(maxPackets, firstBytes + (maxPackets - 1) * commonBytes);

    for (let fragmentOffset = 0; fragmentOffset < jpeg.scanBytes;) {
      const isFirst = fragmentOffset === 0;
      const headerBytes = isFirst ? firstBytes : commonBytes;
      const payloadBytes = Math.min(mtu - headerBytes, jpeg.scanBytes - fragmentOffset);
      const isLast = fragmentOffset + payloadBytes === jpeg.scanBytes;
      const { headers } = batch;
      let at = batch.headerBytes;
      writeRtpHeader(headers, at, isLast, jpegPayloadType, this.#sequenceNumber, rtpTimestamp, ssrc);
      at += rtpHeaderBytes;
      writeJpegMainHeader(headers, at, fragmentOffset, type, q, widthUnits, heightUnits);
      at += jpegMainHeaderBytes;
      if (hasRestarts) {
        // The packets are not aligned to restart intervals: the frame has to be whole (section 3.1.7).
        writeRestartMarkerHeader(headers, at, jpeg.restartInterval, true, true, wholeFrameRestartCount);
        at += restartMarkerHeaderBytes;
      }
      if (isFirst && q === qInBand) writeTables(headers, at, jpeg, bytes);
      batch.add(headerBytes, jpeg.scanOffset + fragmentOffset, payloadBytes);
      this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
      fragmentOffset += payloadBytes;
    }
    return undefined;
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
  if (jpeg.scanBytes > maxScanBytes) {
    const message = `RFC 2435 carries at most ${String(maxScanBytes)} bytes a frame: lower the quality or the size`;
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
