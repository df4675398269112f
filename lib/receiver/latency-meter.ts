import { RecentValues } from '../util/recent-values.js';

/** In milliseconds, of the last 512 frames. */
export interface LatencyQuantiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * From capture to arrival. Between two machines it is right as far as their wall clocks agree. A stage is absent as
 * long as the sender has not told when its frames were captured.
 */
export interface LatencyStatistics {
  readonly captureToFirstPacket?: LatencyQuantiles;
  readonly captureToLastPacket?: LatencyQuantiles;
  /** Until it was handed out: with what was waited for. */
  readonly captureToFrame?: LatencyQuantiles;
}

const stages = ['captureToFirstPacket', 'captureToLastPacket', 'captureToFrame'] as const;

/** What each stage on a frame's way has taken. */
export class LatencyMeter {
  readonly #stages = stages.map((name) => ({ name, delaysUs: new RecentValues() }));

  /** Times on the same clock, in microseconds. */
  observe(captureUs: number, firstPacketUs: number, lastPacketUs: number, frameUs: number): void {
    const timesUs = [firstPacketUs, lastPacketUs, frameUs];
    for (const [i, { delaysUs }] of this.#stages.entries()) delaysUs.add((timesUs[i] ?? 0) - captureUs);
  }

  statistics(): LatencyStatistics {
    const entries = this.#stages.flatMap(({ name, delaysUs }) => {
      const quantiles = delaysUs.quantiles();
      return quantiles ? [[name, { p50Ms: quantiles.p50 / 1e3, p99Ms: quantiles.p99 / 1e3 }] as const] : [];
    });
    return Object.fromEntries(entries);
  }
}
