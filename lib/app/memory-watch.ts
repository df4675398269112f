import type { Logger } from 'pino';
import { controlGroupMemoryLimit } from '../util/memory-limit.js';
import type { CameraStream } from './camera-stream.js';
import { LoadShedding, lookIntervalMs, type SheddingLevel } from './load-shedding.js';

const mebibyte = 1_048_576;

const actions: Readonly<Record<SheddingLevel, string>> = {
  0: 'all is streamed again',
  1: 'previews over HTTP are ended and refused',
  2: 'every second JPEG is left out, too',
};

/**
 * Lets the streams do less while the process's memory is near its bound, so that nothing has to be killed.
 *
 * @param maxMemoryBytes - the configuration's bound; 0: only the control group's
 * @returns what ends it
 */
export function watchMemory(
  streams: readonly CameraStream[],
  maxMemoryBytes: number,
  logger: Logger,
): () => void {
  const limitBytes = Math.min(maxMemoryBytes || Infinity, controlGroupMemoryLimit() ?? Infinity);
  if (limitBytes === Infinity) return () => undefined;
  const shedding = new LoadShedding(limitBytes);
  let last: SheddingLevel = 0;
  const timer = setInterval(() => {
    const usedBytes = process.memoryUsage.rss();
    const level = shedding.look(usedBytes);
    if (level === last) return;
    for (const stream of streams) stream.shedLoad(level);
    const used = `${(usedBytes / mebibyte).toFixed(0)} of ${(limitBytes / mebibyte).toFixed(0)} MiB`;
    logger[level > last ? 'warn' : 'info'](
      { usedBytes, limitBytes, sheddingLevel: level },
      `memory: ${used} in use; ${actions[level]}`,
    );
    last = level;
  }, lookIntervalMs);
  return () => {
    clearInterval(timer);
  };
}
