import {
  Histogram,
  type MetricObjectWithValues,
  type MetricType,
  type MetricValueWithName,
} from 'prom-client';
import { latencyEdgesUs, type LatencyHistogram } from '../util/latency-histogram.js';
import type { Labels, MetricOptions } from './family.js';

type Values = MetricObjectWithValues<MetricValueWithName<string>>;

export interface LabelledHistogram {
  readonly labels: Labels;
  readonly histogram: LatencyHistogram;
}

/** A histogram in seconds of what was counted elsewhere: prom-client's own can only observe one value after the other. */
export class FilledHistogram extends Histogram {
  // prom-client sets these, and its types don't tell.
  declare readonly name: string;
  declare readonly help: string;
  declare readonly type: MetricType;
  readonly #values: Values['values'];

  constructor(options: MetricOptions, histograms: readonly LabelledHistogram[]) {
    super({ ...options });
    this.#values = histograms.flatMap((labelled) => samplesOf(options.name, labelled));
  }

  override get(): Promise<Values> {
    const { name, help, type } = this;
    return Promise.resolve({
      name,
      help,
      type,
      aggregator: 'omit',
      collect: () => undefined,
      values: this.#values,
    });
  }

  /** The registry prefers this to get(). */
  getForPromString(): Promise<Values> {
    return this.get();
  }
}

function samplesOf(name: string, { labels, histogram }: LabelledHistogram): Values['values'] {
  const { counts, count, sumUs } = histogram;
  let below = 0;
  const buckets = latencyEdgesUs.map((edgeUs, index) => {
    below += counts[index] ?? 0;
    return { metricName: `${name}_bucket`, labels: { ...labels, le: String(edgeUs / 1e6) }, value: below };
  });
  return [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${name}_sum`, labels, value: sumUs / 1e6 },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
