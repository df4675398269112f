import { StreamerError } from '../errors/index.js';
import type { FrameMemory } from './frame-memory.js';

/** Rows of pixels. */
export interface RowRange {
  readonly firstRow: number;
  readonly rowCount: number;
}

/** What of a frame was lost, and has been filled. */
export interface FrameDamage {
  /** Pixel rows with something lost in them, from the top. */
  readonly rows: readonly RowRange[];
  /** The share of MCUs that were lost, 0..1. */
  readonly area: number;
}

/** Nothing was lost. */
export const noDamage: FrameDamage = { rows: [], area: 0 };

/** What is known of a frame besides its bytes. */
export interface ReceivedFrameFacts {
  readonly rtpTimestamp: number;
  readonly width: number;
  readonly height: number;
  readonly firstPacketUs: number;
  readonly lastPacketUs: number;
}

/** Where a frame's file lies. @internal */
export interface FrameLoan {
  readonly memory: FrameMemory;
  readonly begin: number;
  readonly end: number;
  /** Called once, after the last release. */
  readonly onReturned: () => void;
}

/**
 * A received JPEG on loan. Its bytes lie in memory that is used again, so a frame is valid only during `onFrame`.
 * retain() keeps it longer, until as many release(); copy() keeps its bytes for good.
 */
export class ReceivedFrame {
  /** 32 bits, in units of 1/90000 s. */
  readonly rtpTimestamp: number;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** When its first packet arrived, on the receiver's clock. */
  readonly firstPacketUs: number;
  /** When its last packet arrived. */
  readonly lastPacketUs: number;
  /** When it could be handed out: all of it was there, or it was given up and filled. */
  readonly completeUs: number;
  /**
   * When it was captured, on the sender's wall clock: microseconds since 1970. By the frame itself, else by the sender's
   * reports; undefined when neither says it.
   */
  readonly captureUnixUs: number | undefined;
  /** Pixel rows in which something was lost, merged, from the top; empty when the frame is whole. */
  readonly damagedRows: readonly RowRange[];
  /** The share of MCUs that were lost, 0..1. */
  readonly damagedArea: number;
  readonly #loan: FrameLoan;
  #leases = 1;

  /** @internal */
  constructor(
    facts: ReceivedFrameFacts,
    captureUnixUs: number | undefined,
    completeUs: number,
    damage: FrameDamage,
    loan: FrameLoan,
  ) {
    this.rtpTimestamp = facts.rtpTimestamp;
    this.width = facts.width;
    this.height = facts.height;
    this.firstPacketUs = facts.firstPacketUs;
    this.lastPacketUs = facts.lastPacketUs;
    this.completeUs = completeUs;
    this.captureUnixUs = captureUnixUs;
    this.damagedRows = damage.rows;
    this.damagedArea = damage.area;
    this.#loan = loan;
    loan.memory.retain();
  }

  /** Whether parts of it were lost, and filled from the frame before or with grey. */
  get isConcealed(): boolean {
    return this.damagedArea > 0;
  }

  /**
   * The JPEG file: a view of memory that is not yours, valid as long as the frame is.
   *
   * @throws StreamerError ERR_FRAME_RELEASED
   */
  get data(): Uint8Array {
    const { memory, begin, end } = this.#leased();
    return memory.bytes.subarray(begin, end);
  }

  /** Keeps the frame until release() has been called once more. */
  retain(): this {
    this.#leased();
    this.#leases += 1;
    return this;
  }

  /**
   * Gives the frame back. The last release returns its memory.
   *
   * @throws StreamerError ERR_FRAME_RELEASED when it has been given back already
   */
  release(): void {
    const { memory, onReturned } = this.#leased();
    this.#leases -= 1;
    if (this.#leases > 0) return;
    memory.release();
    onReturned();
  }

  /** The JPEG file in memory of its own. */
  copy(): Uint8Array {
    return this.data.slice();
  }

  #leased(): FrameLoan {
    if (this.#leases === 0) {
      throw new StreamerError(
        'ERR_FRAME_RELEASED',
        `the frame with RTP timestamp ${String(this.rtpTimestamp)} has been released: retain() or copy() it to keep it`,
      );
    }
    return this.#loan;
  }
}
