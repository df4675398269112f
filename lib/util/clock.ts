/** Now, on the clock of capture times: microseconds of CLOCK_MONOTONIC. A frame's age is monotonicUs() - captureTimeUs. */
export function monotonicUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3;
}
