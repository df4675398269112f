import { departureErrorClasses } from '../native/core-addon.js';
import type { DepartureErrors } from './packet-socket.js';

/** Delays counted in classes: whole microseconds up to 15, then eight an octave (native/core/duration_histogram.h). */
export class DepartureHistogram {
  readonly counts = new Float64Array(departureErrorClasses);

  add(errorUs: number): void {
    const index = Math.min(classOf(Math.max(Math.floor(errorUs), 0)), departureErrorClasses - 1);
    this.counts[index] = (this.counts[index] ?? 0) + 1;
  }

  /** Nothing when nothing has been counted. */
  summary(): DepartureErrors | undefined {
    const total = this.counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) return undefined;
    return { p50Us: this.#quantile(0.5 * total), p99Us: this.#quantile(0.99 * total) };
  }

  /** The upper edge of the class in which the rank lies: never too good. */
  #quantile(rank: number): number {
    let seen = 0;
    const index = this.counts.findIndex((count) => (seen += count) >= rank);
    return lowerEdge(index + 1);
  }
}

function classOf(us: number): number {
  if (us < 16) return us;
  const octave = Math.floor(Math.log2(us)) - 3;
  return 8 * octave + Math.floor(us / 2 ** octave);
}

function lowerEdge(index: number): number {
  if (index < 16) return index;
  const octave = Math.floor(index / 8) - 1;
  return (index - 8 * octave) * 2 ** octave;
}
