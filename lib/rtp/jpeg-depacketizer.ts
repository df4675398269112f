import { writeJpegFileHeader, type JpegFileHeader } from '../jpeg/index.js';
import { unixUsFromNtp } from '../util/ntp-timestamp.js';
import { absCaptureTimeId, parseAbsCaptureTime } from './abs-capture-time.js';
import { eoiBytes, FrameAssembly, scanOffset } from './frame-assembly.js';
import { FrameConcealment } from './frame-concealment.js';
import { FrameMemoryPool, type FrameMemory } from './frame-memory.js';
import { JpegPayload } from './jpeg-payload.js';
import { noPacketDrops, type PacketDropReason } from './packet-drops.js';
import { pictureSize, type PictureSize } from './picture-size.js';
import { QuantizationTableCache } from './quantization-table-cache.js';
import { noDamage, ReceivedFrame, type FrameDamage } from './received-frame.js';
import { wholeFrameRestartCount } from './restart-marker-header.js';
import type { RtpPacket } from './rtp-header.js';
import { WaitingFrames } from './waiting-frames.js';

export interface JpegDepacketizerOptions {
  /**
   * Pixels, by the session description (a=x-dimensions): for streams whose headers leave the size open because it is
   * above 2040, and the true size where that is no multiple of 8.
   */
  readonly size?: PictureSize;
  /** An incomplete frame is given up so long after the first packet of a later one came; default 50,000. */
  readonly latencyUs?: number;
  /** Longest scan that is taken; default 4 MiB, at most 2^24. */
  readonly maxFrameBytes?: number;
  /** Largest width times height that is taken; default 8192 x 8192. */
  readonly maxPixels?: number;
  /** Whether lost restart intervals are filled; default true. */
  readonly conceal?: boolean;
  /** Frames that may be on loan at a time, the one in onFrame counted; default 8. */
  readonly maxFramesOnLoan?: number;
  /** Local identifier of the header extension abs-capture-time; default {@link absCaptureTimeId}. */
  readonly absCaptureTimeId?: number;
  /** What else says when a frame was captured, if it does not say so itself: sender reports. Microseconds since 1970. */
  readonly captureUnixUs?: (rtpTimestamp: number) => number | undefined;
  /** Called from receive() and advance(), in the order of capture. It must not call either. */
  readonly onFrame: (frame: ReceivedFrame) => void;
}

export interface JpegDepacketizerStatistics {
  /** Handed out, with nothing lost. */
  readonly framesComplete: number;
  /** Handed out, with parts filled. */
  readonly framesConcealed: number;
  /** Given up, because packets were missing. */
  readonly framesLost: number;
  /** Complete, but their quantization tables have never come. */
  readonly framesWithoutTables: number;
  /** Not handed out, because as many were on loan as may be. */
  readonly framesNotLent: number;
  readonly packetsDropped: Readonly<Record<PacketDropReason, number>>;
}

/** The fragment offset has 24 bits. */
const maxScanBytes = 2 ** 24;

/**
 * Puts JPEG files together from RTP packets (RFC 2435): types 0, 1, 64 and 65. One for each stream. Frames that are
 * being put together are the jitter buffer: packets may come in any order.
 */
export class JpegDepacketizer {
  readonly #options: JpegDepacketizerOptions;
  readonly #maxFrameBytes: number;
  readonly #maxPixels: number;
  readonly #maxFramesOnLoan: number;
  readonly #payload = new JpegPayload();
  readonly #waiting: WaitingFrames;
  readonly #spare: FrameAssembly[] = [];
  readonly #tables = new QuantizationTableCache();
  readonly #pool: FrameMemoryPool;
  readonly #concealment: FrameConcealment | undefined;
  #framesOnLoan = 0;
  readonly #counts = { complete: 0, concealed: 0, lost: 0, withoutTables: 0, notLent: 0 };
  readonly #packetsDropped = noPacketDrops();

  constructor(options: JpegDepacketizerOptions) {
    this.#options = options;
    this.#maxFrameBytes = Math.min(options.maxFrameBytes ?? 4 * 2 ** 20, maxScanBytes);
    this.#pool = new FrameMemoryPool(scanOffset + this.#maxFrameBytes + eoiBytes);
    this.#maxPixels = options.maxPixels ?? 8192 * 8192;
    this.#maxFramesOnLoan = options.maxFramesOnLoan ?? 8;
    this.#waiting = new WaitingFrames(options.latencyUs ?? 50_000);
    if (options.conceal ?? true) this.#concealment = new FrameConcealment(this.#pool, this.#maxFrameBytes);
  }

  /**
   * Takes a packet of the stream; what is needed of it is copied.
   *
   * @param packet - what parseRtpPacket() says of the bytes
   * @param nowUs - when it arrived, on any clock that does not jump
   */
  receive(bytes: Uint8Array, packet: RtpPacket, nowUs: number): void {
    const reason = this.#payload.read(bytes, packet) ?? this.#take(bytes, packet, nowUs);
    if (reason !== undefined) this.#packetsDropped[reason] += 1;
    this.advance(nowUs);
  }

  /** Hands out what is complete, and gives up what has waited too long. */
  advance(nowUs: number): void {
    for (;;) {
      const { oldest } = this.#waiting;
      if (!oldest || (!oldest.isComplete && nowUs < this.#waiting.deadlineUs)) return;
      this.#finishOldest(nowUs);
    }
  }

  /** When advance() has to be called; Infinity when nothing waits. */
  get nextDeadlineUs(): number {
    return this.#waiting.deadlineUs;
  }

  /** The packets that follow are of another source, or of one that began anew. What waits is lost. */
  reset(): void {
    const lost = this.#waiting.clear();
    this.#counts.lost += lost.length;
    this.#spare.push(...lost);
    this.#tables.clear();
    this.#concealment?.forget();
  }

  statistics(): JpegDepacketizerStatistics {
    const { complete, concealed, lost, withoutTables, notLent } = this.#counts;
    return {
      framesComplete: complete,
      framesConcealed: concealed,
      framesLost: lost,
      framesWithoutTables: withoutTables,
      framesNotLent: notLent,
      packetsDropped: { ...this.#packetsDropped },
    };
  }

  /** Frames' memory that was made so far; it is bounded. @internal */
  get memoriesMade(): number {
    return this.#pool.made;
  }

  #take(bytes: Uint8Array, packet: RtpPacket, nowUs: number): PacketDropReason | undefined {
    const payload = this.#payload;
    if (payload.fragmentOffset + payload.dataBytes > this.#maxFrameBytes) return 'tooLarge';
    const frame = this.#waiting.find(packet.rtpTimestamp) ?? this.#begin(packet.rtpTimestamp, nowUs);
    if (typeof frame === 'string') return frame;
    const reason = frame.add(bytes, payload, packet.marker, nowUs);
    if (reason !== undefined) return reason;
    if (payload.tableBytes > 0 && frame.tables) this.#tables.keep(payload.q, frame.tables);
    if (packet.extensionOffset > 0) {
      const id = this.#options.absCaptureTimeId ?? absCaptureTimeId;
      frame.captureNtp ??= parseAbsCaptureTime(bytes, packet.extensionOffset, id);
    }
    return undefined;
  }

  #begin(rtpTimestamp: number, nowUs: number): FrameAssembly | PacketDropReason {
    const payload = this.#payload;
    const size = pictureSize(payload.widthUnits, payload.heightUnits, this.#options.size);
    if (!size) return 'sizeUnknown';
    if (size.width * size.height > this.#maxPixels) return 'tooLarge';
    if (this.#waiting.isLate(rtpTimestamp)) return 'late';
    // What is complete behind it stays: the new frame may be older.
    if (this.#waiting.isFull) this.#finishOldest(nowUs);
    const frame = this.#spare.pop() ?? new FrameAssembly(this.#pool.take());
    frame.begin(payload, rtpTimestamp, size, nowUs);
    this.#waiting.insert(frame);
    return frame;
  }

  #finishOldest(nowUs: number): void {
    const assembly = this.#waiting.shift();
    if (!assembly) return;
    const frame = this.#finish(assembly, nowUs);
    this.#spare.push(assembly);
    if (!frame) return;
    try {
      this.#options.onFrame(frame);
    } finally {
      frame.release();
    }
  }

  /** @returns nothing when there is nothing to hand out */
  #finish(assembly: FrameAssembly, nowUs: number): ReceivedFrame | undefined {
    const { isComplete, width, height, sampling, restartInterval } = assembly;
    const tables = assembly.tables ?? this.#tables.find(assembly.q);
    if (!tables) {
      this.#counts[isComplete ? 'withoutTables' : 'lost'] += 1;
      return undefined;
    }
    const header = { width, height, sampling, restartInterval, tables };
    if (isComplete && assembly.isEmpty) {
      this.#counts.lost += 1;
      return undefined;
    }
    if (isComplete) {
      const memory = assembly.exchangeMemory(this.#pool.take());
      return this.#lend(assembly, header, memory, assembly.scanBytes, noDamage, assembly.lastPacketUs);
    }
    const concealed = restartInterval > 0 ? this.#concealment?.conceal(assembly, header) : undefined;
    if (!concealed) {
      this.#counts.lost += 1;
      return undefined;
    }
    return this.#lend(assembly, header, concealed.memory, concealed.scanBytes, concealed.damage, nowUs);
  }

  /** Makes a file of a scan, and takes over the lease of its memory. */
  #lend(
    assembly: FrameAssembly,
    header: JpegFileHeader,
    memory: FrameMemory,
    scanBytes: number,
    damage: FrameDamage,
    completeUs: number,
  ): ReceivedFrame | undefined {
    let frame: ReceivedFrame | undefined;
    if (this.#framesOnLoan >= this.#maxFramesOnLoan) {
      this.#counts.notLent += 1;
    } else {
      this.#framesOnLoan += 1;
      this.#counts[damage.area > 0 ? 'concealed' : 'complete'] += 1;
      const end = endImage(memory.bytes, scanOffset + scanBytes);
      const begin = writeJpegFileHeader(memory.bytes, scanOffset, header);
      const captureUnixUs = this.#captureUnixUs(assembly);
      frame = new ReceivedFrame(assembly, captureUnixUs, completeUs, damage, {
        memory,
        begin,
        end,
        onReturned: this.#onReturned,
      });
      this.#remember(assembly, memory, scanBytes, header);
    }
    memory.release();
    return frame;
  }

  #captureUnixUs({ captureNtp, rtpTimestamp }: FrameAssembly): number | undefined {
    return captureNtp ? unixUsFromNtp(captureNtp) : this.#options.captureUnixUs?.(rtpTimestamp);
  }

  readonly #onReturned = (): void => {
    this.#framesOnLoan -= 1;
  };

  /** Frames can be filled from this one if its packets are aligned to restart intervals (section 3.1.7). */
  #remember(assembly: FrameAssembly, memory: FrameMemory, scanBytes: number, header: JpegFileHeader): void {
    const isAligned =
      assembly.restartInterval > 0 && assembly.fragments.restartCount(0) !== wholeFrameRestartCount;
    if (isAligned) this.#concealment?.remember(memory, scanBytes, header);
    else this.#concealment?.forget();
  }
}

/** Writes EOI behind a scan that lacks it, as those of some senders do. Returns where the file ends. */
function endImage(bytes: Uint8Array, scanEnd: number): number {
  if (bytes[scanEnd - 2] === 0xff && bytes[scanEnd - 1] === 0xd9) return scanEnd;
  bytes[scanEnd] = 0xff;
  bytes[scanEnd + 1] = 0xd9;
  return scanEnd + eoiBytes;
}
