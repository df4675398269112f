import type { TestContext } from 'node:test';
import { Metrics, type MetricsSources } from '../../lib/metrics/index.js';

/** Metrics of these sources, which end with the test. */
export function metricsOf(context: TestContext, sources: Partial<MetricsSources>): Metrics {
  const metrics = new Metrics({
    version: '1.2.3',
    cameras: () => [],
    skew: () => undefined,
    ...sources,
  });
  context.after(() => {
    metrics.close();
  });
  return metrics;
}

/** The samples of a text, by name and labels as they stand in it, without the prefix of this package. */
export function samplesOf(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const end = line.lastIndexOf(' ');
    samples.set(line.slice(0, end).replace(/^pi_camera_streamer_/, ''), Number(line.slice(end + 1)));
  }
  return samples;
}

/** Names and types of all metrics of a text. */
export function familiesOf(text: string): Map<string, string> {
  const types = text.matchAll(/^# TYPE (\S+) (\S+)$/gm);
  return new Map(Array.from(types, ([, name = '', type = '']) => [name, type]));
}
