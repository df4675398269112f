/** Microseconds of CLOCK_MONOTONIC: the clock of capture times. */
export function monotonicUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3;
}
