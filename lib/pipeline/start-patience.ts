/** A camera needs longer for its first frame: sensor and algorithms start. */
const longestStartMs = 5000;
/** Of so many starts in vain one after the other the last gets that long. */
const startsUntilPatient = 10;

/**
 * How long a camera is given for its first frame: one that is known to start quickly not long, as what was asked of a dead
 * one is lost.
 */
export class StartPatience {
  /** Of its first start: later ones are shorter, as exposure and gain are known, or have met a fault. */
  #startMs: number | undefined;
  #startsInVain = 0;

  /** @param streamingLimitMs - how long it may be silent while it streams, which is the least */
  limitMs(streamingLimitMs: number): number {
    const isPatient = this.#startsInVain % startsUntilPatient === startsUntilPatient - 1;
    const startMs = isPatient ? Infinity : (this.#startMs ?? Infinity);
    return Math.max(streamingLimitMs, Math.min(2 * startMs, longestStartMs));
  }

  /** The first frame has come. @param startMs - after the start */
  onFirstFrame(startMs: number): void {
    this.#startMs ??= startMs;
    this.#startsInVain = 0;
  }

  /** None has come within the limit. */
  onSilence(): void {
    this.#startsInVain += 1;
  }
}
