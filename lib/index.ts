/**
 * Streams cameras of the Raspberry Pi.
 *
 * @module pi-camera-streamer
 */
export * from './camera/index.js';
export * from './errors/index.js';
export * from './outputs/rtp/index.js';
export * from './pipeline/index.js';
export * from './receiver/index.js';
export type { ReceivedFrame, RowRange } from './rtp/index.js';
export { monotonicUs } from './util/clock.js';
