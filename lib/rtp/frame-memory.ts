const firstBytes = 65_536;

/** Memory of one frame, which goes back to its pool when the last lease is released. */
export class FrameMemory {
  bytes: Uint8Array;
  readonly #pool: FrameMemoryPool;
  #leases = 0;

  constructor(pool: FrameMemoryPool, byteLength: number) {
    this.#pool = pool;
    this.bytes = new Uint8Array(byteLength);
  }

  retain(): this {
    this.#leases += 1;
    return this;
  }

  release(): void {
    this.#leases -= 1;
    if (this.#leases === 0) this.#pool.takeBack(this);
  }

  /** Makes room for so many bytes. What is there is kept; the array may be another one afterwards. */
  reserve(byteLength: number): void {
    if (byteLength <= this.bytes.length) return;
    const larger = new Uint8Array(this.#pool.roomFor(byteLength, this.bytes.length));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/**
 * Memory for frames, used again and again. It does not limit how many are taken: whoever takes does, by holding no more
 * than a few.
 */
export class FrameMemoryPool {
  readonly #maxBytes: number;
  readonly #free: FrameMemory[] = [];
  #made = 0;

  /** @param maxBytes - what one frame needs at most */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many were made, free or not. */
  get made(): number {
    return this.#made;
  }

  /** With one lease. */
  take(): FrameMemory {
    // The one that came back last is the likeliest to be in the cache still.
    const free = this.#free.pop();
    if (free) return free.retain();
    this.#made += 1;
    return new FrameMemory(this, Math.min(firstBytes, this.#maxBytes)).retain();
  }

  /** Twice as much as before, so that a stream's frames soon find enough, but no more than one can need. */
  roomFor(byteLength: number, byteLengthBefore: number): number {
    return Math.max(byteLength, Math.min(2 * byteLengthBefore, this.#maxBytes));
  }

  takeBack(memory: FrameMemory): void {
    this.#free.push(memory);
  }
}
