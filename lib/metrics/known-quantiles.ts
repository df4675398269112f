import { Summary, type MetricObjectWithValues, type MetricValueWithName } from 'prom-client';
import type { MetricOptions, Sample } from './family.js';

/** A summary of quantiles that were found elsewhere, without sum and count. Its samples have the label `quantile`. */
export class KnownQuantiles extends Summary {
  readonly #samples: readonly Sample[];

  constructor(options: MetricOptions, samples: readonly Sample[]) {
    super({ ...options });
    this.#samples = samples;
  }

  override async get(): Promise<MetricObjectWithValues<MetricValueWithName<string>>> {
    return { ...(await super.get()), values: [...this.#samples] };
  }
}
