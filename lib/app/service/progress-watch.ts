/** What a thread of this program counts, read now. */
export interface ThreadCounters {
  /** Such as "the JPEG encoder of camera1". */
  readonly thread: string;
  /** Grows with whatever the thread finishes, well or not. */
  readonly finished: number;
  /** Grows, or stays, while work waits for the thread: work that was displaced by newer work, for instance. */
  readonly waited: number;
}

interface Seen {
  finished: number;
  waited: number;
  /** When `finished` was another. */
  sinceMs: number;
}

/** How long a thread may have work and finish none of it. Above all, no network or storage takes so long to fail. */
export const stuckAfterMs = 10_000;

/**
 * Finds threads that are stuck: there is work for them, and they finish nothing. A camera that delivers nothing leaves
 * its encoder without work, which is no fault of the encoder.
 */
export class ProgressWatch {
  readonly #seen = new Map<string, Seen>();
  readonly #limitMs: number;

  constructor(limitMs = stuckAfterMs) {
    this.#limitMs = limitMs;
  }

  /**
   * @param nowMs - of a clock that does not go back
   * @returns the threads that are stuck
   */
  observe(counters: readonly ThreadCounters[], nowMs: number): string[] {
    for (const name of this.#seen.keys()) {
      if (!counters.some(({ thread }) => thread === name)) this.#seen.delete(name);
    }
    return counters.filter((counter) => this.#isStuck(counter, nowMs)).map(({ thread }) => thread);
  }

  #isStuck({ thread, finished, waited }: ThreadCounters, nowMs: number): boolean {
    const seen = this.#seen.get(thread);
    // Counts of a camera that was opened anew begin at zero.
    if (seen?.finished !== finished || waited < seen.waited) {
      this.#seen.set(thread, { finished, waited, sinceMs: nowMs });
      return false;
    }
    return waited > seen.waited && nowMs - seen.sinceMs >= this.#limitMs;
  }
}
