import { CapturePairing } from './capture-pairing.js';

/** Between two cameras, in microseconds. */
export interface SkewStatistics {
  /** Capture time of the second camera's last frame minus that of the first one's. */
  readonly lastUs: number;
  /** Of the last pairs' distances, without their sign. */
  readonly p50Us: number;
  readonly p99Us: number;
  /** Pairs since the start. */
  readonly pairs: number;
}

const windowPairs = 512;

/** Measures how far apart two cameras capture their frames. */
export class SkewMeter {
  readonly #pairing: CapturePairing<undefined>;
  readonly #distancesUs = new Float64Array(windowPairs);
  #pairs = 0;
  #lastUs = 0;

  /** @param fps - of the faster camera */
  constructor(fps: number) {
    this.#pairing = new CapturePairing(1e6 / fps / 2);
  }

  /** One of the cameras, 0 or 1, captured a frame. */
  observe(side: 0 | 1, captureTimeUs: number): void {
    const pair = this.#pairing.offer(side, captureTimeUs, undefined);
    if (!pair) return;
    this.#lastUs = pair.skewUs;
    this.#distancesUs[this.#pairs % windowPairs] = Math.abs(pair.skewUs);
    this.#pairs += 1;
  }

  /** Nothing as long as there is no pair. */
  statistics(): SkewStatistics | undefined {
    if (this.#pairs === 0) return undefined;
    const sorted = this.#distancesUs.slice(0, Math.min(this.#pairs, windowPairs)).sort();
    const quantile = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
    return { lastUs: this.#lastUs, p50Us: quantile(0.5), p99Us: quantile(0.99), pairs: this.#pairs };
  }
}
