export { MjpegHttpOutput, type MjpegHttpStatistics } from './mjpeg-http-output.js';
export type { MjpegClientOptions } from './mjpeg-client.js';
export { Snapshots } from './snapshots.js';
