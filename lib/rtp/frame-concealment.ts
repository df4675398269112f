import {
  intervalCount,
  joinedBytes,
  joinIntervals,
  mcuGrid,
  RestartIntervals,
  type JpegFileHeader,
  type QuantizationTableData,
} from '../jpeg/index.js';
import { eoiBytes, scanOffset, type FrameAssembly } from './frame-assembly.js';
import { frameDamage } from './frame-damage.js';
import type { FrameMemory, FrameMemoryPool } from './frame-memory.js';
import { isEqual } from './quantization-table-cache.js';
import type { FrameDamage } from './received-frame.js';
import { findReceivedIntervals } from './received-intervals.js';
import { wholeFrameRestartCount } from './restart-marker-header.js';

/**
 * What filling costs has to be in proportion to what came, or a few bytes would cost whoever receives them a large
 * picture each. A picture has at most so many MCUs for each byte that came of it; even a grey one was sent with more than 2 bytes for each
 * MCU. And the frame before has at most so many bytes: one packet of 1400 bytes is enough for a frame of 90 kB.
 */
const maxMcusPerByte = 4;
const maxPreviousBytesPerByte = 64;

/** A frame that was put together from what came and what stands in for the rest. */
export interface ConcealedFrame {
  /** With one lease, which is the caller's. */
  readonly memory: FrameMemory;
  /** Without EOI. */
  readonly scanBytes: number;
  readonly damage: FrameDamage;
}

interface PreviousFrame {
  readonly memory: FrameMemory;
  readonly scanBytes: number;
  readonly header: JpegFileHeader;
}

/**
 * Fills the lost restart intervals of a frame from the frame before, or with grey (RFC 2435 section 3.1.7). It holds
 * the memory of one frame.
 */
export class FrameConcealment {
  readonly #pool: FrameMemoryPool;
  readonly #maxScanBytes: number;
  readonly #received = new RestartIntervals();
  #previous: PreviousFrame | undefined;
  readonly #previousIntervals = new RestartIntervals();
  #isPreviousRead = false;
  // Of the frame before. Kept apart, because those in its header lie in memory that is used again.
  #previousTables: QuantizationTableData | undefined;

  constructor(pool: FrameMemoryPool, maxScanBytes: number) {
    this.#pool = pool;
    this.#maxScanBytes = maxScanBytes;
  }

  /** Keeps a frame, instead of the one before. */
  remember(memory: FrameMemory, scanBytes: number, header: JpegFileHeader): void {
    memory.retain();
    this.forget();
    this.#previous = { memory, scanBytes, header };
    if (isEqual(header.tables, this.#previousTables)) return;
    const { bytes, precision } = header.tables;
    this.#previousTables = { bytes: new Uint8Array(bytes), precision };
  }

  /** Gives the frame before back. */
  forget(): void {
    this.#previous?.memory.release();
    this.#previous = undefined;
    this.#isPreviousRead = false;
  }

  /** @returns nothing when no whole restart interval came, or too little of a large frame */
  conceal(assembly: FrameAssembly, header: JpegFileHeader): ConcealedFrame | undefined {
    const { width, height, sampling, restartInterval } = header;
    const { columns, rows } = mcuGrid(width, height, sampling);
    const layout = { sampling, mcus: columns * rows, restartInterval };
    const count = intervalCount(layout);
    // Greater numbers than a Restart Count can say.
    if (count > wholeFrameRestartCount) return undefined;
    const { receivedBytes } = assembly.fragments;
    if (layout.mcus > maxMcusPerByte * receivedBytes) return undefined;
    this.#received.reset(count);
    findReceivedIntervals(assembly, this.#received);
    const damage = frameDamage(header, this.#received);
    if (damage.area === 1) return undefined;
    const sources = [{ intervals: this.#received, bytes: assembly.bytes }];
    const previous = this.#alikePrevious(header);
    if (previous && previous.scanBytes > maxPreviousBytesPerByte * receivedBytes) return undefined;
    if (previous) {
      this.#readIntervals(previous, count);
      sources.push({ intervals: this.#previousIntervals, bytes: previous.memory.bytes });
    }
    const scanBytes = joinedBytes(sources, layout);
    if (scanBytes > this.#maxScanBytes) return undefined;
    const memory = this.#pool.take();
    memory.reserve(scanOffset + scanBytes + eoiBytes);
    joinIntervals(memory.bytes, scanOffset, sources, layout);
    return { memory, scanBytes, damage };
  }

  /** The frame before, if it was encoded in the same way. */
  #alikePrevious(header: JpegFileHeader): PreviousFrame | undefined {
    return this.#previous && this.#isAlike(this.#previous.header, header) ? this.#previous : undefined;
  }

  /** Finds its intervals, when they are first needed. */
  #readIntervals({ memory, scanBytes }: PreviousFrame, count: number): void {
    if (this.#isPreviousRead) return;
    this.#isPreviousRead = true;
    this.#previousIntervals.reset(count);
    const next = this.#previousIntervals.find(memory.bytes, scanOffset, scanOffset + scanBytes, 0, true);
    if (next !== count) this.#previousIntervals.reset(count);
  }

  #isAlike(previous: JpegFileHeader, header: JpegFileHeader): boolean {
    return (
      previous.width === header.width &&
      previous.height === header.height &&
      previous.sampling === header.sampling &&
      previous.restartInterval === header.restartInterval &&
      isEqual(header.tables, this.#previousTables)
    );
  }
}
