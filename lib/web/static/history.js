// @ts-check

/** The last values of a figure, in fixed memory. */
export class History {
  #values;
  #next = 0;

  /** @param {number} length - how many are kept */
  constructor(length) {
    this.#values = new Float64Array(length).fill(Number.NaN);
  }

  get length() {
    return this.#values.length;
  }

  /** @param {number | undefined} value - undefined leaves a gap */
  push(value) {
    this.#values[this.#next] = value ?? Number.NaN;
    this.#next = (this.#next + 1) % this.#values.length;
  }

  /** @returns {number[]} from the oldest to the newest; NaN where there is none */
  values() {
    return [...this.#values.subarray(this.#next), ...this.#values.subarray(0, this.#next)];
  }

  /** @returns {number} the largest value; 0 when there is none */
  max() {
    return this.#values.reduce((largest, value) => (value > largest ? value : largest), 0);
  }
}

/**
 * Paths of a chart in a box of the given size: a line, and the area below it. Gaps stay open.
 *
 * @param {number[]} values
 * @param {number} top - the value at the upper edge
 * @param {number} width
 * @param {number} height
 */
export function chartPaths(values, top, width, height) {
  const step = width / Math.max(1, values.length - 1);
  let line = '';
  let area = '';
  let start = -1;
  for (let index = 0; index <= values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) {
      if (start >= 0) area += `L${round((index - 1) * step)} ${height}L${round(start * step)} ${height}Z`;
      start = -1;
      continue;
    }
    const y = round(height - (Math.min(value, top) / (top || 1)) * height);
    const point = `${start < 0 ? 'M' : 'L'}${round(index * step)} ${y}`;
    line += point;
    area += point;
    if (start < 0) start = index;
  }
  return { line, area };
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}
