/**
 * What CLOCK_MONOTONIC is ahead of performance.now(), which runs by it, but counts from the start of the process. Of a
 * few readings the one that was interrupted least: the first ones compile.
 */
function readOriginUs(): number {
  let originUs = 0;
  let leastMs = Infinity;
  for (let i = 0; i < 10; i++) {
    const beforeMs = performance.now();
    const [seconds, nanoseconds] = process.hrtime();
    const afterMs = performance.now();
    if (afterMs - beforeMs >= leastMs) continue;
    leastMs = afterMs - beforeMs;
    originUs = seconds * 1e6 + nanoseconds / 1e3 - ((beforeMs + afterMs) / 2) * 1e3;
  }
  return originUs;
}

const originUs = readOriginUs();

/**
 * Now, on the clock of capture times: microseconds of CLOCK_MONOTONIC. A frame's age is monotonicUs() - captureTimeUs.
 * Right to some microseconds. process.hrtime() would make an array at each call.
 */
export function monotonicUs(): number {
  return originUs + performance.now() * 1e3;
}
