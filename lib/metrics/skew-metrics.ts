import type { SkewStatistics } from '../camera/index.js';
import { addMetrics, one, quantiles, type MetricOf } from './labelled.js';
import type { Scrape } from './scrape.js';

const metrics: readonly MetricOf<SkewStatistics>[] = [
  {
    ...{ type: 'summary', name: 'capture_skew_seconds', labelNames: [] },
    help: 'How far apart the first two cameras captured their last frames, without the sign.',
    samples: (skew) => quantiles(skew),
  },
  {
    ...{ type: 'gauge', name: 'capture_skew_last_seconds', labelNames: [] },
    help: "Time of capture of the second camera's last frame minus that of the first one's.",
    samples: ({ lastUs }) => one(lastUs / 1e6),
  },
];

export function addSkewMetrics(scrape: Scrape, skew: SkewStatistics | undefined): void {
  addMetrics(scrape, metrics, [], skew ? [{ labels: {}, thing: skew }] : []);
}
