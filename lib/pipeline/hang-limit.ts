import { StreamerError } from '../errors/index.js';

/** Streaming stops within some 100 ms, also at the longest exposures. */
export const stopLimitMs = 1500;
/** Opening loads tuning files and algorithms and wakes the sensor, which takes a Raspberry Pi Zero seconds. */
export const openLimitMs = 15_000;

/**
 * What libcamera was asked for, if it comes back at all. A call that does not blocks libcamera's one thread, which serves
 * all cameras.
 *
 * @param what - it was asked to do, for people
 * @throws StreamerError ERR_CAMERA_HUNG; and what `done` rejects with
 */
export async function unlessHung<T>(what: string, limitMs: number, done: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      // A process that was held itself finds both done: then the result, which comes in this turn, counts.
      setImmediate(() => {
        const seconds = (limitMs / 1000).toFixed(1);
        const message = `libcamera does not come back from ${what} after ${seconds} s; only a new process can use its cameras again`;
        reject(new StreamerError('ERR_CAMERA_HUNG', message));
      });
    }, limitMs);
  });
  try {
    return await Promise.race([done, hung]);
  } finally {
    clearTimeout(timer);
  }
}
