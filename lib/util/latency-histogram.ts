/** Upper edges of the classes, in microseconds; the last class has none. */
export const latencyEdgesUs: readonly number[] = [
  ...[50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 20_000, 35_000, 50_000],
  ...[100_000, 200_000, 500_000, 1_000_000],
];

/** How long something took, counted in classes. Adding allocates nothing. */
export class LatencyHistogram {
  /** By class; one more than there are edges. */
  readonly counts = new Float64Array(latencyEdgesUs.length + 1);
  #sumUs = 0;
  #count = 0;

  /** Microseconds of all that was added. */
  get sumUs(): number {
    return this.#sumUs;
  }

  get count(): number {
    return this.#count;
  }

  /** Times before 0, which clocks of different origin can make, count as 0. */
  add(latencyUs: number): void {
    const us = Math.max(latencyUs, 0);
    let index = 0;
    while (index < latencyEdgesUs.length && us > (latencyEdgesUs[index] ?? 0)) index += 1;
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    this.#sumUs += us;
    this.#count += 1;
  }
}
