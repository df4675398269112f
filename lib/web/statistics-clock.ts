import type { StatisticsEvent } from './schemas.js';
import type { Streamer } from './streamer.js';

const intervalMs = 1000;

/** Takes the cameras' statistics once a second, for all who want them. */
export class StatisticsClock {
  readonly #streamer: Streamer;
  readonly #listeners: ((statistics: StatisticsEvent) => void)[] = [];
  readonly #timer: NodeJS.Timeout;
  #latest: StatisticsEvent;

  constructor(streamer: Streamer) {
    this.#streamer = streamer;
    this.#latest = this.#take();
    this.#timer = setInterval(() => {
      this.#latest = this.#take();
      for (const listener of this.#listeners) listener(this.#latest);
    }, intervalMs).unref();
  }

  /** Of the last second. */
  get latest(): StatisticsEvent {
    return this.#latest;
  }

  onStatistics(listener: (statistics: StatisticsEvent) => void): void {
    this.#listeners.push(listener);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #take(): StatisticsEvent {
    const { cameras, skewUs } = this.#streamer;
    return {
      timeMs: Date.now(),
      cameras: Object.fromEntries(cameras.map((camera) => [camera.id, camera.statistics()])),
      ...(skewUs !== undefined && { skewUs }),
    };
  }
}
