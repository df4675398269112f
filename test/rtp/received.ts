import assert from 'node:assert/strict';
import { JpegParser, type ChromaSampling } from '../../lib/jpeg/index.js';
import {
  JpegDepacketizer,
  jpegMainHeaderBytes,
  parseRtpPacket,
  restartMarkerHeaderBytes,
  rtpHeaderBytes,
  writeJpegMainHeader,
  writeQuantizationTableHeader,
  writeRestartMarkerHeader,
  writeRtpHeader,
  type JpegDepacketizerOptions,
  type JpegDepacketizerStatistics,
  type PacketDropReason,
  type ReceivedFrame,
  type RowRange,
} from '../../lib/rtp/index.js';

/** What a test remembers of a frame that was handed out. */
export interface FrameRecord {
  readonly frame: ReceivedFrame;
  readonly rtpTimestamp: number;
  readonly file: Uint8Array;
  readonly jpeg: JpegParser;
  /** With EOI. */
  readonly scan: Uint8Array;
  readonly damagedRows: readonly RowRange[];
}

/** A depacketizer, and everything that it has handed out. */
export class TestReceiver {
  readonly depacketizer: JpegDepacketizer;
  readonly frames: FrameRecord[] = [];

  constructor(options: Partial<JpegDepacketizerOptions> = {}) {
    this.depacketizer = new JpegDepacketizer({
      onFrame: (frame) => {
        this.frames.push(recordOf(frame));
      },
      ...options,
    });
  }

  /** Takes packets that arrive so many microseconds apart. */
  receive(packets: readonly Uint8Array[], nowUs = 0, apartUs = 0): void {
    for (const [i, bytes] of packets.entries()) {
      const packet = parseRtpPacket(bytes);
      assert.ok(packet.ok);
      // The memory of a packet is used again after the call.
      const borrowed = Uint8Array.from(bytes);
      this.depacketizer.receive(borrowed, packet.value, nowUs + i * apartUs);
      borrowed.fill(0xff);
    }
  }

  get statistics(): JpegDepacketizerStatistics {
    return this.depacketizer.statistics();
  }

  /** Drop counters that are not 0. */
  get drops(): Partial<Record<PacketDropReason, number>> {
    return Object.fromEntries(
      Object.entries(this.statistics.packetsDropped).filter(([, count]) => count > 0),
    );
  }

  get timestamps(): number[] {
    return this.frames.map(({ rtpTimestamp }) => rtpTimestamp);
  }
}

function recordOf(frame: ReceivedFrame): FrameRecord {
  const file = frame.copy();
  const jpeg = new JpegParser();
  assert.equal(jpeg.parse(file, file.length, 'file-end'), undefined);
  assert.deepEqual([jpeg.width, jpeg.height], [frame.width, frame.height]);
  const { rtpTimestamp, damagedRows } = frame;
  return { frame, rtpTimestamp, file, jpeg, scan: file.slice(jpeg.scanOffset), damagedRows };
}

/** A packet as a test wants it, right or wrong. */
export interface TestPacket {
  readonly ssrc?: number;
  readonly rtpTimestamp?: number;
  readonly marker?: boolean;
  readonly sequenceNumber?: number;
  readonly fragmentOffset?: number;
  readonly type?: number;
  readonly typeSpecific?: number;
  readonly q?: number;
  readonly widthUnits?: number;
  readonly heightUnits?: number;
  /** For types from 64 on: interval, F, L, count. */
  readonly restart?: readonly [interval: number, first: boolean, last: boolean, count: number];
  /** Precision and tables; for Q from 128 on, at offset 0: none when left out. */
  readonly tables?: readonly [precision: number, bytes: Uint8Array];
  readonly data?: Uint8Array;
}

const someData = Uint8Array.of(1, 2, 3, 4);

/** A packet of a picture with 16x16 pixels, 4:2:0, static Q 50, unless the test says otherwise. */
export function packetOf(options: TestPacket = {}): Uint8Array {
  const { rtpTimestamp = 1000, marker = false, sequenceNumber = 1, fragmentOffset = 0 } = options;
  const { type = 1, typeSpecific = 0, q = 50, widthUnits = 2, heightUnits = 2, data = someData } = options;
  const bytes = new Uint8Array(1000 + data.length);
  writeRtpHeader(bytes, 0, marker, 26, sequenceNumber, rtpTimestamp, options.ssrc ?? 0x12345678);
  writeJpegMainHeader(bytes, rtpHeaderBytes, fragmentOffset, type, q, widthUnits, heightUnits);
  bytes[rtpHeaderBytes] = typeSpecific;
  let at = rtpHeaderBytes + jpegMainHeaderBytes;
  if (options.restart) {
    writeRestartMarkerHeader(bytes, at, ...options.restart);
    at += restartMarkerHeaderBytes;
  }
  if (q >= 128 && fragmentOffset === 0) {
    const [precision, tables] = options.tables ?? [0, new Uint8Array(0)];
    writeQuantizationTableHeader(bytes, at, precision, tables.length);
    bytes.set(tables, at + 4);
    at += 4 + tables.length;
  }
  bytes.set(data, at);
  return bytes.slice(0, at + data.length);
}

/** A scan cut into packets that belong to one picture. */
export function packetsOf(scan: Uint8Array, packetBytes: number, options: TestPacket = {}): Uint8Array[] {
  return Array.from({ length: Math.ceil(scan.length / packetBytes) }, (_, i) => {
    const fragmentOffset = i * packetBytes;
    const data = scan.subarray(fragmentOffset, fragmentOffset + packetBytes);
    return packetOf({
      ...options,
      fragmentOffset,
      data,
      marker: fragmentOffset + data.length === scan.length,
    });
  });
}

/** A frame whose packets are aligned to restart intervals. */
export interface RestartFrame extends TestPacket {
  readonly sampling: ChromaSampling;
  readonly restartInterval: number;
  /** Entropy-coded, without markers. */
  readonly intervals: readonly Uint8Array[];
  /** Default 1. */
  readonly intervalsPerChunk?: number;
  /** Longer chunks are cut into several packets; default: no limit. */
  readonly maxDataBytes?: number;
  /** Whether a marker stands at the begin of the interval behind it; default: at the end of the one before. */
  readonly isMarkerInFront?: boolean;
}

/** RFC 2435 section 3.1.7: packets that can be decoded without the others. */
export function restartPackets(frame: RestartFrame): Uint8Array[] {
  const { intervals, intervalsPerChunk = 1, maxDataBytes = Infinity, restartInterval } = frame;
  const type = frame.sampling === '4:2:0' ? 65 : 64;
  const packets: Uint8Array[] = [];
  let fragmentOffset = 0;
  for (let count = 0; count < intervals.length; count += intervalsPerChunk) {
    const chunk = chunkOf(frame, count, Math.min(count + intervalsPerChunk, intervals.length));
    const isLastChunk = count + intervalsPerChunk >= intervals.length;
    for (let at = 0; at < chunk.length; at += maxDataBytes) {
      const data = chunk.subarray(at, at + maxDataBytes);
      const isLast = at + data.length === chunk.length;
      const restart = [restartInterval, at === 0, isLast, count] as const;
      packets.push(
        packetOf({ ...frame, type, restart, fragmentOffset, data, marker: isLastChunk && isLast }),
      );
      fragmentOffset += data.length;
    }
  }
  return packets;
}

function chunkOf({ intervals, isMarkerInFront }: RestartFrame, from: number, to: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let i = from; i < to; i++) {
    const interval = intervals[i] ?? assert.fail();
    if (isMarkerInFront && i > 0) parts.push(Uint8Array.of(0xff, 0xd0 + ((i - 1) % 8)));
    parts.push(interval);
    if (i + 1 === intervals.length) parts.push(Uint8Array.of(0xff, 0xd9));
    else if (!isMarkerInFront) parts.push(Uint8Array.of(0xff, 0xd0 + (i % 8)));
  }
  return Uint8Array.from(Buffer.concat(parts));
}

/** The same list without the packets of these indices; negative ones count from the end. */
export function without<T>(list: readonly T[], ...indices: number[]): T[] {
  const dropped = new Set(indices.map((index) => (index < 0 ? list.length + index : index)));
  return list.filter((_, i) => !dropped.has(i));
}
