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

  /** Waits, and returns early when the signal is aborted. @param atLeastMs - however short the delay is */
  async wait(signal: AbortSignal, atLeastMs = 0): Promise<void> {
    const delayMs = Math.max(this.#delayMs, atLeastMs);
    this.#delayMs = Math.min(2 * this.#delayMs, this.#maxDelayMs);
    try {
      await sleep(delayMs, undefined, { signal });
    } catch {
      // Aborted: the caller looks at the signal.
    }
  }
}
