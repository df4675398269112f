import { setTimeout as sleep } from 'node:timers/promises';

const firstDelayMs = 100;
const maxDelayMs = 1000;

/** Waiting times between attempts: 100 ms, then doubled each time up to 1 s. */
export class Backoff {
  #delayMs = firstDelayMs;

  reset(): void {
    this.#delayMs = firstDelayMs;
  }

  /** Waits, and returns early when the signal is aborted. */
  async wait(signal: AbortSignal): Promise<void> {
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(2 * delayMs, maxDelayMs);
    try {
      await sleep(delayMs, undefined, { signal });
    } catch {
      // Aborted: the caller looks at the signal.
    }
  }
}
