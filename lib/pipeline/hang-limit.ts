import { StreamerError } from '../errors/index.js';
import { withinLimit } from '../util/time-limit.js';

/** Streaming stops within some 100 ms, also at the longest exposures. */
const stopLimitMs = 1500;
/** Opening loads tuning files and algorithms and wakes the sensor, which takes a Raspberry Pi Zero seconds. */
const openLimitMs = 15_000;

/** What opens or starts a camera, if libcamera comes back from it. @throws StreamerError ERR_CAMERA_HUNG, and its own */
export function opening<T>(name: string, done: Promise<T>): Promise<T> {
  return unlessHung(`opening ${name}`, openLimitMs, done);
}

/** What stops a camera, if libcamera comes back from it. @throws StreamerError ERR_CAMERA_HUNG, and its own */
export function stopping<T>(name: string, done: Promise<T>): Promise<T> {
  return unlessHung(`stopping ${name}`, stopLimitMs, done);
}

/** What lets a camera go, if libcamera comes back from it. @throws StreamerError ERR_CAMERA_HUNG, and its own */
export function closing<T>(name: string, done: Promise<T>): Promise<T> {
  return unlessHung(`closing ${name}`, stopLimitMs, done);
}

/** A call that does not come back blocks libcamera's one thread, which serves all cameras. */
function unlessHung<T>(what: string, limitMs: number, done: Promise<T>): Promise<T> {
  return withinLimit(limitMs, done, () => {
    const seconds = (limitMs / 1000).toFixed(1);
    const message = `libcamera does not come back from ${what} after ${seconds} s; only a new process can use its cameras again`;
    return new StreamerError('ERR_CAMERA_HUNG', message);
  });
}
