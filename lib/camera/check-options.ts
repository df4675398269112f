import { StreamerError } from '../errors/index.js';
import { flips, type EncodeOptions } from '../native/core-addon.js';
import type { CameraOptions } from './open-source.js';

const maxDimension = 65500;
/** A part of a frame is worth its costs when it leaves this much earlier. */
const partIntervalUs = 500;
/** What `auto` begins with: about a quarter of a packet of 1400 bytes at the usual quality. */
const firstRestartInterval = 8;
const colorRanges = ['auto', 'full', 'limited'] as const;

/**
 * What of the options concerns the encoder, with defaults.
 *
 * @throws StreamerError ERR_INVALID_ARGUMENT that names the option
 */
export function checkOptions(options: CameraOptions): { encode: EncodeOptions; slots: number } {
  const { quality = 85, colorRange = 'auto', slots = 8, width = 640, height = 480, fps = 30 } = options;
  const { encodeThreads: threads = 1 } = options;
  const crop = { x: 0, y: 0, width: 0, height: 0, ...options.crop };
  const target = { width: 0, height: 0, ...options.target };
  checkInteger('quality', quality, 1, 100);
  checkInteger('slots', slots, 3, 64);
  checkInteger('width', width, 1, maxDimension);
  checkInteger('height', height, 1, maxDimension);
  if (!(fps >= 0.01 && fps <= 1000)) refuse('fps', '0.01..1000', fps);
  for (const name of ['x', 'y', 'width', 'height'] as const) {
    checkInteger(`crop.${name}`, crop[name], 0, maxDimension);
  }
  for (const name of ['width', 'height'] as const)
    checkInteger(`target.${name}`, target[name], 0, maxDimension);
  if ((target.width === 0) !== (target.height === 0))
    refuse('target', 'a width and a height, or neither', 'half');
  if (!flips.includes(options.flip ?? 'none')) refuse('flip', flips.join(', '), options.flip);
  if (!colorRanges.includes(colorRange)) refuse('colorRange', colorRanges.join(', '), colorRange);
  const restartInterval = checkRestartInterval(options.restartInterval ?? 0);
  checkInteger('encodeThreads', threads, 1, 8);
  if (threads > 1 && restartInterval === 0) refuse('encodeThreads', '1 without restartInterval', threads);
  const progressIntervalUs = options.subFrame ? partIntervalUs : 0;
  const encode = { quality, crop, target, colorRange, restartInterval, threads, progressIntervalUs };
  return { encode, slots };
}

function checkRestartInterval(interval: number | 'auto'): number {
  if (interval === 'auto') return firstRestartInterval;
  checkInteger('restartInterval', interval, 0, 65535);
  return interval;
}

function checkInteger(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  refuse(name, `${String(min)}..${String(max)}`, value);
}

function refuse(name: string, allowed: string, value: unknown): never {
  throw new StreamerError('ERR_INVALID_ARGUMENT', `${name} is ${allowed}, not ${String(value)}`);
}
