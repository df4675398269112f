import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { MetricsSources } from './sources.js';

/** All metrics, made from the sources at each scrape. */
export class Metrics {
  readonly #registry = new Registry();

  constructor(sources: MetricsSources) {
    collectDefaultMetrics({ register: this.#registry });
    const info = new Gauge({
      name: 'pi_camera_streamer_info',
      help: 'Version of the streamer.',
      labelNames: ['version'],
      registers: [this.#registry],
    });
    info.set({ version: sources.version }, 1);
  }

  /** In the text format of Prometheus. */
  async render(): Promise<{ readonly contentType: string; readonly text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }
}
