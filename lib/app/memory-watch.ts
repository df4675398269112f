import type { Logger } from 'pino';
import { coreAddon } from '../native/core-addon.js';
import { controlGroupMemoryLimit } from '../util/memory-limit.js';
import type { CameraStream } from './camera-stream.js';
import { LoadShedding, lookIntervalMs, type SheddingLevel } from './load-shedding.js';

const mebibyte = 1_048_576;

const actions: Readonly<Record<SheddingLevel, string>> = {
  0: 'all is streamed again',
  1: 'previews over HTTP are ended and refused',
  2: 'every second JPEG is left out, too',
};

/** Often enough for what a burst of clients has left to be gone within a minute; takes up to 2 ms. */
const trimIntervalMs = 30_000;

/**
 * Gives memory that was freed back to the system, and lets the streams do less while the process's memory is near its
 * bound, so that nothing has to be killed.
 *
 * @param maxMemoryBytes - the configuration's bound; 0: only the control group's
 * @returns what ends it
 */
export function watchMemory(
  streams: readonly CameraStream[],
  maxMemoryBytes: number,
  logger: Logger,
): () => void {
  const trimming = setInterval(() => {
    coreAddon().trimHeaps();
  }, trimIntervalMs);
  const shedding = watchLimit(streams, maxMemoryBytes, logger);
  return () => {
    clearInterval(trimming);
    clearInterval(shedding);
  };
}

function watchLimit(
  streams: readonly CameraStream[],
  maxMemoryBytes: number,
  logger: Logger,
): NodeJS.Timeout | undefined {
  const limitBytes = Math.min(maxMemoryBytes || Infinity, controlGroupMemoryLimit() ?? Infinity);
  if (limitBytes === Infinity) return undefined;
  const shedding = new LoadShedding(limitBytes);
  let last: SheddingLevel = 0;
  return setInterval(() => {
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
}
