import type { Family, Labels, Sample } from './family.js';
import type { Scrape } from './scrape.js';

/** One metric of some kind of thing, of which there are several. */
export interface MetricOf<Thing> extends Family {
  readonly type: 'counter' | 'gauge' | 'summary';
  /** Besides the thing's own. */
  readonly labelNames: readonly string[];
  readonly samples: (thing: Thing) => readonly Sample[];
}

/** A thing, and the labels that tell it from others. */
export interface Labelled<Thing> {
  readonly labels: Labels;
  readonly thing: Thing;
}

export const prefix = 'pi_camera_streamer_';

/** @param thingLabels - names of the labels that each of the things has */
export function addMetrics<Thing>(
  scrape: Scrape,
  metrics: readonly MetricOf<Thing>[],
  thingLabels: readonly string[],
  things: readonly Labelled<Thing>[],
): void {
  for (const { type, name, help, labelNames, samples } of metrics) {
    const family = { name: prefix + name, help, labelNames: [...thingLabels, ...labelNames] };
    const all = things.flatMap(({ labels, thing }) =>
      samples(thing).map((sample) => ({ labels: { ...labels, ...sample.labels }, value: sample.value })),
    );
    scrape[type](family, all);
  }
}

/** The only sample of a thing. */
export function one(value: number): Sample[] {
  return [{ labels: {}, value }];
}

/** A sample for each name, such as the reasons of drops. */
export function byLabel(label: string, values: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));
}

/** In seconds; nothing when they are not known. */
export function quantiles(known: { readonly p50Us: number; readonly p99Us: number } | undefined): Sample[] {
  return known ? byLabel('quantile', { '0.5': known.p50Us / 1e6, '0.99': known.p99Us / 1e6 }) : [];
}
