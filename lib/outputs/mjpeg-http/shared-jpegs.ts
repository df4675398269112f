/** A JPEG in memory of its own, for several clients at a time. */
export interface SharedJpeg {
  /** The file; its memory goes back to the pool with the last release(). */
  readonly bytes: Uint8Array;
  /** Microseconds of CLOCK_MONOTONIC. */
  readonly captureTimeUs: number;
  retain(): void;
  release(): void;
}

/** Memory for JPEGs, used again: as many pieces as clients were slow at a time. */
export class SharedJpegs {
  readonly #free: Uint8Array[] = [];

  /**
   * A piece of at least so many bytes that is written to before others see it.
   *
   * @returns the memory, and what makes a JPEG of its first bytes; who calls that holds the first lease
   */
  take(byteLength: number): {
    memory: Uint8Array;
    share: (bytes: number, captureTimeUs: number) => SharedJpeg;
  } {
    const memory = this.#takeFree(byteLength);
    return {
      memory,
      share: (bytes, captureTimeUs) => this.#share(memory, bytes, captureTimeUs),
    };
  }

  /** The same, from bytes that are there already. */
  copy(jpeg: Uint8Array, captureTimeUs: number): SharedJpeg {
    const { memory, share } = this.take(jpeg.byteLength);
    memory.set(jpeg);
    return share(jpeg.byteLength, captureTimeUs);
  }

  #share(memory: Uint8Array, bytes: number, captureTimeUs: number): SharedJpeg {
    let leases = 1;
    return {
      bytes: memory.subarray(0, bytes),
      captureTimeUs,
      retain: () => {
        leases += 1;
      },
      release: () => {
        leases -= 1;
        if (leases === 0) this.#free.push(memory);
      },
    };
  }

  #takeFree(byteLength: number): Uint8Array {
    while (this.#free.length > 0) {
      const memory = this.#free.pop();
      // Pieces that are too small for what frames are now go to the collector.
      if (memory && memory.byteLength >= byteLength) return memory;
    }
    return new Uint8Array(Math.ceil(byteLength * roomForGrowth));
  }
}

const roomForGrowth = 1.25;
