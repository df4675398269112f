import { RecentValues } from '../util/recent-values.js';
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

/** Measures how far apart two cameras capture their frames. */
export class SkewMeter {
  readonly #pairing: CapturePairing<undefined>;
  readonly #distancesUs = new RecentValues();
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
    this.#distancesUs.add(Math.abs(pair.skewUs));
  }

  /** Nothing as long as there is no pair. */
  statistics(): SkewStatistics | undefined {
    const quantiles = this.#distancesUs.quantiles();
    if (!quantiles) return undefined;
    const { p50, p99 } = quantiles;
    return { lastUs: this.#lastUs, p50Us: p50, p99Us: p99, pairs: this.#distancesUs.count };
  }
}
