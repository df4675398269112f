import type { Registry } from 'prom-client';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** What a metric is called, and what it tells. */
export interface Family {
  readonly name: string;
  readonly help: string;
  /** Of a summary besides `quantile`, and of a histogram besides `le`. */
  readonly labelNames: readonly string[];
}

/** Of prom-client's metrics. */
export interface MetricOptions extends Family {
  readonly registers: Registry[];
}
