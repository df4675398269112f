/** A camera's encoder may be this many frames behind the other's. */
const maxWaiting = 4;

interface Waiting<T> {
  readonly captureTimeUs: number;
  readonly item: T;
}

/** Two that were captured together. */
export interface CapturePair<T> {
  readonly items: readonly [T, T];
  /** Capture time of the second minus that of the first. */
  readonly skewUs: number;
}

/**
 * Finds what two cameras captured at the same time, in whatever order it comes. Capture times of each camera have to
 * grow.
 */
export class CapturePairing<T> {
  readonly #maxSkewUs: number;
  readonly #onUnpaired: (item: T) => void;
  // Of one camera at most, and the oldest first.
  #waiting: Waiting<T>[] = [];
  #waitingSide: 0 | 1 = 0;

  /**
   * @param maxSkewUs - what lies further apart is no pair; half of the time between two frames
   * @param onUnpaired - called with what has no partner
   */
  constructor(maxSkewUs: number, onUnpaired: (item: T) => void = () => undefined) {
    this.#maxSkewUs = maxSkewUs;
    this.#onUnpaired = onUnpaired;
  }

  /** Takes what a camera captured. */
  offer(side: 0 | 1, captureTimeUs: number, item: T): CapturePair<T> | undefined {
    if (side !== this.#waitingSide) {
      const other = this.#partnerOf(captureTimeUs);
      if (other) {
        return side === 0
          ? { items: [item, other.item], skewUs: other.captureTimeUs - captureTimeUs }
          : { items: [other.item, item], skewUs: captureTimeUs - other.captureTimeUs };
      }
      if (this.#waiting.length > 0) {
        this.#onUnpaired(item); // the other camera is past it
        return undefined;
      }
      this.#waitingSide = side;
    }
    this.#waiting.push({ captureTimeUs, item });
    if (this.#waiting.length > maxWaiting) this.#drop();
    return undefined;
  }

  /** Gives up what waits. */
  clear(): void {
    while (this.#waiting.length > 0) this.#drop();
  }

  /** What waits from that time; what is older has no partner any more. */
  #partnerOf(captureTimeUs: number): Waiting<T> | undefined {
    for (;;) {
      const [oldest] = this.#waiting;
      if (!oldest || oldest.captureTimeUs > captureTimeUs + this.#maxSkewUs) return undefined;
      if (oldest.captureTimeUs >= captureTimeUs - this.#maxSkewUs) return this.#waiting.shift();
      this.#drop();
    }
  }

  #drop(): void {
    const oldest = this.#waiting.shift();
    if (oldest) this.#onUnpaired(oldest.item);
  }
}
