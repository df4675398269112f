import type { JpegParser } from '../jpeg/index.js';
import { mcuGrid } from '../jpeg/mcu-grid.js';
import { RestartMarkers } from '../jpeg/restart-markers.js';
import { wholeFrameRestartCount } from './restart-marker-header.js';

/**
 * Cuts a scan with restart markers into chunks of whole restart intervals (RFC 2435 section 3.1.7), so that packets can
 * be decoded without the others. A chunk is as many intervals as a packet has room for, or one that needs several
 * packets. The marker that ends an interval belongs to it.
 */
export class RestartChunks {
  /** F of the packet that next() has cut. */
  first = true;
  /** L of it. */
  last = true;
  /** Number of its chunk's first interval. */
  restartCount = 0;
  readonly #markers = new RestartMarkers();
  #intervalCount = 0;
  // The interval that has not been cut yet, or only in part.
  #interval = 0;
  #isComplete = false;
  #scanBytes = 0;

  /** Begins with a new frame. */
  begin(jpeg: JpegParser): void {
    const { columns, rows } = mcuGrid(jpeg.width, jpeg.height, jpeg.sampling);
    this.#markers.begin();
    this.#intervalCount = Math.ceil((columns * rows) / jpeg.restartInterval);
    this.#interval = 0;
    this.first = true;
    this.last = true;
  }

  /**
   * Whether the frame can be cut so: the numbers of its intervals have 14 bits, less the one that says "not aligned",
   * and its markers are those that its size asks for. Of a frame that is not complete as far as it is there.
   */
  get canAlign(): boolean {
    const { count, isRegular } = this.#markers;
    if (this.#intervalCount > wholeFrameRestartCount || !isRegular) return false;
    return !this.#isComplete || count === this.#intervalCount - 1;
  }

  /** Reads on: so much of the scan is there, EOI counted. */
  readTo(bytes: Uint8Array, scanOffset: number, scanBytes: number, isComplete: boolean): void {
    this.#markers.readTo(bytes, scanOffset, scanBytes);
    this.#scanBytes = scanBytes;
    this.#isComplete = isComplete;
  }

  /**
   * Cuts the next packet.
   *
   * @param offset - in the scan: where the packet before has ended
   * @param maxBytes - that it has room for
   * @returns where it ends; 0: more of the scan has to be there to tell
   */
  next(offset: number, maxBytes: number): number {
    const limit = offset + maxBytes;
    const isFirst = this.last;
    let following = this.#interval;
    let end = 0;
    // The rest of a long interval stays alone, else what follows it would be lost with any of its packets.
    do {
      const intervalEnd = this.#endOf(following);
      if (intervalEnd === 0 || intervalEnd > limit) break;
      end = intervalEnd;
      following += 1;
    } while (isFirst);
    const isRest = !isFirst && end > 0;
    const knowsFollowing = this.#isComplete || this.#scanBytes > limit || this.#endOf(following) > 0;
    if (!isRest && !knowsFollowing) return 0;
    this.first = isFirst;
    this.last = end > 0;
    this.restartCount = this.#interval;
    this.#interval = following;
    return end > 0 ? end : limit;
  }

  /** 0: not known yet, or there is no such interval. */
  #endOf(interval: number): number {
    if (interval < this.#markers.count) return this.#markers.endOf(interval);
    return this.#isComplete && interval === this.#markers.count ? this.#scanBytes : 0;
  }
}
