import { addCameraMetrics } from './camera-metrics.js';
import { addDestinationMetrics } from './destination-metrics.js';
import { EventLoopDelay } from './event-loop-delay.js';
import { prefix } from './labelled.js';
import { addProcessMetrics } from './process-metrics.js';
import { addReceiverMetrics } from './receiver-metrics.js';
import { Scrape } from './scrape.js';
import { addSkewMetrics } from './skew-metrics.js';
import type { MetricsSources } from './sources.js';
import { addVideoMetrics } from './video-metrics.js';

/** All metrics, made from the sources at each scrape: nothing is done between two of them but watching the event loop. */
export class Metrics {
  readonly #sources: MetricsSources;
  readonly #eventLoopDelay = new EventLoopDelay();

  constructor(sources: MetricsSources) {
    this.#sources = sources;
  }

  /** In the text format of Prometheus. */
  render(): Promise<{ readonly contentType: string; readonly text: string }> {
    const scrape = new Scrape();
    const cameras = this.#sources.cameras();
    const { version } = this.#sources;
    const info = { name: `${prefix}info`, help: 'Version of the streamer.', labelNames: ['version'] };
    scrape.gauge(info, [{ labels: { version }, value: 1 }]);
    addCameraMetrics(scrape, cameras);
    addDestinationMetrics(scrape, cameras);
    addReceiverMetrics(scrape, cameras);
    addVideoMetrics(scrape, cameras);
    addSkewMetrics(scrape, this.#sources.skew());
    scrape.histogram(
      {
        name: `${prefix}event_loop_delay_seconds`,
        help: 'How late a timer fired, because JavaScript was busy; within a millisecond.',
        labelNames: [],
      },
      [{ labels: {}, histogram: this.#eventLoopDelay.histogram }],
    );
    addProcessMetrics(scrape);
    return scrape.render();
  }

  /** Idempotent. */
  close(): void {
    this.#eventLoopDelay.close();
  }
}
