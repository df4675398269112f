export { Metrics } from './metrics.js';
export type { CameraSource, MetricsSources } from './sources.js';
