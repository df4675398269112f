import { LatencyHistogram } from '../util/latency-histogram.js';

const intervalMs = 50;

/**
 * How late a timer fires, because JavaScript was busy with something else. Counted since the start and never reset, so
 * that several who scrape see the same.
 */
export class EventLoopDelay {
  readonly histogram = new LatencyHistogram();
  readonly #timer: NodeJS.Timeout;
  #dueMs = performance.now() + intervalMs;

  constructor() {
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      this.histogram.add((nowMs - this.#dueMs) * 1000);
      this.#dueMs = nowMs + intervalMs;
    }, intervalMs).unref();
  }

  /** Idempotent. */
  close(): void {
    clearInterval(this.#timer);
  }
}
