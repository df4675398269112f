/** A wall clock that was set since the process began is further off than this. */
const steppedMs = 5;

/** Now: microseconds since 1970. Finer than Date.now(), and follows a clock that is set. */
export function unixUs(): number {
  const steadyMs = performance.timeOrigin + performance.now();
  const nowMs = Date.now();
  return 1e3 * (Math.abs(nowMs - steadyMs) > steppedMs ? nowMs : steadyMs);
}
