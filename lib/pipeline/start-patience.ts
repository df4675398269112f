/**
 * A camera needs longer for its first frame: sensor and algorithms start, and a Raspberry Pi keeps the first seven to
 * itself until exposure and white balance have settled, or marks them as not usable. At low rates that is long.
 */
const longestStartMs = 5000;
const longestStartFrames = 20;
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

  /**
   * @param streamingLimitMs - how long it may be silent while it streams, which is the least
   * @param frameMs - from frame to frame; 0: not known
   */
  limitMs(streamingLimitMs: number, frameMs: number): number {
    const isPatient = this.#startsInVain % startsUntilPatient === startsUntilPatient - 1;
    const startMs = isPatient ? Infinity : (this.#startMs ?? Infinity);
    const longestMs = Math.max(longestStartMs, longestStartFrames * frameMs);
    return Math.max(streamingLimitMs, Math.min(2 * startMs, longestMs));
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
