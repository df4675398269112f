import { setTimeout as sleep } from 'node:timers/promises';

export interface BackoffOptions {
  readonly firstDelayMs?: number;
  readonly maxDelayMs?: number;
}

/** Waiting times between attempts: 100 ms, then doubled each time up to 1 s, unless others are given. */
export class Backoff {
  readonly #firstDelayMs: number;
  readonly #maxDelayMs: number;
  #delayMs: number;

  constructor({ firstDelayMs = 100, maxDelayMs = 1000 }: BackoffOptions = {}) {
    this.#firstDelayMs = firstDelayMs;
    this.#maxDelayMs = maxDelayMs;
    this.#delayMs = firstDelayMs;
  }

  /** How long the next wait is. */
  get delayMs(): number {
    return this.#delayMs;
  }

  reset(): void {
    this.#delayMs = this.#firstDelayMs;
  }

  /**
   * Waits, and returns early when the signal is aborted.
   *
   * @param options.atLeastMs - however short the delay is
   * @param options.sinceMs - performance.now() from which the delay counts, when that is not now
   */
  async wait(
    signal: AbortSignal,
    { atLeastMs = 0, sinceMs = performance.now() }: { atLeastMs?: number; sinceMs?: number } = {},
  ): Promise<void> {
    const delayMs = Math.max(this.#delayMs, atLeastMs) - (performance.now() - sinceMs);
    this.#delayMs = Math.min(2 * this.#delayMs, this.#maxDelayMs);
    try {
      await sleep(Math.max(delayMs, 0), undefined, { signal });
    } catch {
      // Aborted: the caller looks at the signal.
    }
  }
}
