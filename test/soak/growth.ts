/** The least-squares line through samples, without keeping them. */
export class Growth {
  #count = 0;
  #sumX = 0;
  #sumY = 0;
  #sumXX = 0;
  #sumXY = 0;

  add(x: number, y: number): void {
    this.#count += 1;
    this.#sumX += x;
    this.#sumY += y;
    this.#sumXX += x * x;
    this.#sumXY += x * y;
  }

  /** How much y grows for each unit of x; 0 for fewer than two samples. */
  get slope(): number {
    const denominator = this.#count * this.#sumXX - this.#sumX ** 2;
    return denominator === 0 ? 0 : (this.#count * this.#sumXY - this.#sumX * this.#sumY) / denominator;
  }
}

/**
 * What memory may grow by, in MiB an hour: 1 where an hour or more was measured. The slope of a shorter time is less
 * certain, by the power 3/2 of the time, as that of any noise is.
 */
export function growthLimit(measuredMinutes: number): number {
  return Math.max(1, (60 / measuredMinutes) ** 1.5);
}
