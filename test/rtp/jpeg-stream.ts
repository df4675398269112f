import assert from 'node:assert/strict';
import { JpegParser } from '../../lib/jpeg/index.js';
import {
  JpegPacketizer,
  PacketBatch,
  jpegMainHeaderBytes,
  jpegType,
  parseJpegMainHeader,
  parseQuantizationTableHeader,
  parseRestartMarkerHeader,
  parseRtpPacket,
  quantizationTableHeaderBytes,
  restartMarkerHeaderBytes,
  type JpegMainHeader,
  type JpegPacketizerOptions,
  type ParseResult,
  type RestartMarkerHeader,
  type RtpPacket,
} from '../../lib/rtp/index.js';
import { entropyCoded, jpegFile, type JpegFile } from '../jpeg/jpeg-file.js';

/** A JPEG file, and what the parser says of it. */
export interface ParsedFrame {
  readonly bytes: Uint8Array;
  readonly jpeg: JpegParser;
  /** With EOI, as it is sent. */
  readonly scan: Uint8Array;
}

/** A frame with a scan of this many bytes, EOI counted. */
export function frameOf(scanBytes: number, options: JpegFile = {}): ParsedFrame {
  return frameWith(entropyCoded(scanBytes - 2), options);
}

/** A frame with this scan, without its EOI. */
export function frameWith(entropyCodedScan: Uint8Array, options: JpegFile): ParsedFrame {
  const bytes = jpegFile({ ...options, scan: entropyCodedScan });
  const jpeg = new JpegParser();
  assert.equal(jpeg.parse(bytes, bytes.length, 'file-end'), undefined);
  return { bytes, jpeg, scan: bytes.slice(jpeg.scanOffset, jpeg.scanOffset + jpeg.scanBytes) };
}

/** A frame of 16 pixels' height whose intervals have these many bytes, the marker or EOI behind each counted. */
export function frameOfIntervals(
  intervalBytes: readonly number[],
  options: Omit<JpegFile, 'scan' | 'width'> = {},
): ParsedFrame {
  const scan = intervalBytes.flatMap((bytes, i) => [
    ...entropyCoded(bytes - 2),
    ...(i + 1 < intervalBytes.length ? [0xff, 0xd0 + (i % 8)] : []),
  ]);
  return frameWith(Uint8Array.from(scan), {
    restartInterval: 1,
    ...options,
    width: 16 * intervalBytes.length * (options.restartInterval ?? 1),
  });
}

/** A packetizer with every start value known. */
export function packetizerWith(options: Partial<JpegPacketizerOptions> = {}): JpegPacketizer {
  return new JpegPacketizer({
    mtu: 1400,
    ssrc: 0x12345678,
    initialSequenceNumber: 100,
    rtpTimestampOffset: 5000,
    quantizationTables: 'in-band',
    ...options,
  });
}

/** A packet as a receiver takes it apart. */
export interface ReceivedPacket {
  readonly rtp: RtpPacket;
  readonly main: JpegMainHeader;
  readonly restart?: RestartMarkerHeader;
  /** Quantization tables in this packet. */
  readonly tables?: Uint8Array;
  readonly data: Uint8Array;
  readonly bytes: Uint8Array;
}

function valueOf<T>(result: ParseResult<T>): T {
  assert.ok(result.ok);
  return result.value;
}

/** Reads a packet; tables are looked for in the first of a frame when Q says so. */
export function receive(bytes: Uint8Array): ReceivedPacket {
  const rtp = valueOf(parseRtpPacket(bytes));
  let at = rtp.payloadOffset;
  const main = valueOf(parseJpegMainHeader(bytes, at));
  at += jpegMainHeaderBytes;
  let restart: RestartMarkerHeader | undefined;
  if ((main.type & jpegType.restartFlag) !== 0) {
    restart = valueOf(parseRestartMarkerHeader(bytes, at));
    at += restartMarkerHeaderBytes;
  }
  let tables: Uint8Array | undefined;
  if (main.q >= 128 && main.fragmentOffset === 0) {
    const { precision, tableBytes } = valueOf(parseQuantizationTableHeader(bytes, at));
    assert.equal(precision, 0);
    at += quantizationTableHeaderBytes;
    tables = bytes.slice(at, at + tableBytes);
    at += tableBytes;
  }
  return { rtp, main, data: bytes.slice(at), bytes, ...(restart && { restart }), ...(tables && { tables }) };
}

/** Packetizes a frame, and takes every packet apart again. */
export function send(
  packetizer: JpegPacketizer,
  frame: ParsedFrame,
  captureTimeUs = 1_000_000,
  batch = new PacketBatch(),
): ReceivedPacket[] {
  assert.equal(packetizer.packetize(frame.jpeg, frame.bytes, captureTimeUs, batch), undefined);
  return Array.from({ length: batch.packetCount }, (_, i) => receive(batch.packet(i, frame.bytes)));
}

/** The scan put together again; asserts that each packet begins where the one before ended. */
export function reassemble(packets: readonly ReceivedPacket[]): Uint8Array {
  let received = 0;
  for (const { main, data } of packets) {
    assert.equal(main.fragmentOffset, received);
    received += data.length;
  }
  return Uint8Array.from(Buffer.concat(packets.map(({ data }) => data)));
}
