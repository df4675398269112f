import { Counter, Gauge, Registry } from 'prom-client';
import type { Family, MetricOptions, Sample } from './family.js';
import { FilledHistogram, type LabelledHistogram } from './filled-histogram.js';
import { KnownQuantiles } from './known-quantiles.js';

/**
 * One answer to Prometheus. Its metrics are its own and are filled once, so that scrapes at the same time share nothing,
 * and what is gone, such as a destination, is gone from the next one.
 */
export class Scrape {
  readonly #registry = new Registry();

  counter(family: Family, samples: readonly Sample[]): void {
    const counter = new Counter(this.#options(family));
    for (const { labels, value } of samples) counter.inc(labels, value);
  }

  gauge(family: Family, samples: readonly Sample[]): void {
    const gauge = new Gauge(this.#options(family));
    gauge.remove({}); // one without labels begins with 0, which nobody has measured
    for (const { labels, value } of samples) gauge.set(labels, value);
  }

  /** @param samples - with the label `quantile` */
  summary(family: Family, samples: readonly Sample[]): void {
    new KnownQuantiles(this.#options(family), samples);
  }

  histogram(family: Family, histograms: readonly LabelledHistogram[]): void {
    new FilledHistogram(this.#options(family), histograms);
  }

  /** In the text format of Prometheus. */
  async render(): Promise<{ readonly contentType: string; readonly text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #options(family: Family): MetricOptions {
    return { ...family, registers: [this.#registry] };
  }
}
