/**
 * Holds bytes to a bound: each frame fills the bucket, time empties it, and what would make it overflow is not sent. So
 * in any time there are no more bytes than the bound allows in that time, and one bucket.
 */
export class LeakyBucket {
  #levelBytes = 0;
  #lastUs = 0;

  /** Lets time pass; what goes back counts as none. */
  drain(nowUs: number, bytesPerSecond: number): void {
    const seconds = Math.max((nowUs - this.#lastUs) / 1e6, 0);
    this.#levelBytes = Math.max(this.#levelBytes - seconds * bytesPerSecond, 0);
    this.#lastUs = Math.max(nowUs, this.#lastUs);
  }

  /** Whether there is room. An empty bucket has room for a frame of any size, because no waiting would help it. */
  hasRoomFor(bytes: number, depthBytes: number): boolean {
    return this.#levelBytes === 0 || this.#levelBytes + bytes <= depthBytes;
  }

  /**
   * @param mostBytes - more is not remembered of several frames, or nothing would be sent for long after a burst that
   *   nobody foresaw
   */
  fill(bytes: number, mostBytes: number): void {
    this.#levelBytes = Math.min(this.#levelBytes + bytes, Math.max(mostBytes, bytes));
  }
}
