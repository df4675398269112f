/** Quantiles of the last values. */
export class RecentValues {
  readonly #values: Float64Array;
  #count = 0;

  /** @param windowValues - how many values count */
  constructor(windowValues = 512) {
    this.#values = new Float64Array(windowValues);
  }

  /** Values since the start. */
  get count(): number {
    return this.#count;
  }

  add(value: number): void {
    this.#values[this.#count % this.#values.length] = value;
    this.#count += 1;
  }

  /** Nothing as long as there is no value. */
  quantiles(): { readonly p50: number; readonly p99: number } | undefined {
    if (this.#count === 0) return undefined;
    const sorted = this.#values.slice(0, Math.min(this.#count, this.#values.length)).sort();
    const quantile = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
    return { p50: quantile(0.5), p99: quantile(0.99) };
  }
}
