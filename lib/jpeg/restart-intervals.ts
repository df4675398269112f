import { marker } from './markers.js';

/** Where the restart intervals of a scan lie, by their numbers. Memory grows, and is used again. */
export class RestartIntervals {
  #count = 0;
  // Of each interval: its first byte, and the byte after its last; both 0: it is not there.
  #bounds = new Uint32Array(0);

  /** Forgets all. @param count - how many intervals the scan has */
  reset(count: number): void {
    this.#count = count;
    if (this.#bounds.length < 2 * count) this.#bounds = new Uint32Array(2 * count);
    else this.#bounds.fill(0, 0, 2 * count);
  }

  get count(): number {
    return this.#count;
  }

  has(number: number): boolean {
    return this.endOf(number) > 0;
  }

  beginOf(number: number): number {
    return this.#bounds[2 * number] ?? 0;
  }

  endOf(number: number): number {
    return this.#bounds[2 * number + 1] ?? 0;
  }

  /** Forgets all intervals from this one on. */
  forgetFrom(number: number): void {
    this.#bounds.fill(0, 2 * number, 2 * this.#count);
  }

  /**
   * Finds the intervals in a piece of a scan that begins with one, or with the marker in front of it.
   *
   * @param from - the piece's first byte
   * @param to - the byte after its last
   * @param first - number of its first interval
   * @param isWhole - whether the piece ends where an interval does; if not, what follows the last marker is left out
   * @returns the number after the last interval; `first` when the piece is not as it has to be: none of it counts then
   */
  find(bytes: Uint8Array, from: number, to: number, first: number, isWhole: boolean): number {
    let next = first;
    let begin = from;
    for (;;) {
      const markerAt = findMarker(bytes, begin, to);
      const codeAt = skipFill(bytes, markerAt, to);
      if (codeAt >= to && !isWhole) return next;
      if (markerAt === to && begin === to) return next;
      const code = codeAt < to ? bytes[codeAt] : undefined;
      // A marker in front of the first interval ends the one before, which is not of this piece.
      const isInFront = markerAt === from && first > 0 && code === restartMarker(first - 1);
      if (!isInFront) {
        const isLast = markerAt === to || (code === marker.EOI && next === this.#count - 1);
        const isEnd = isLast || code === restartMarker(next);
        // ITU-T T.81, section E.1.4: an interval has at least one MCU.
        if (!isEnd || markerAt === begin || next === this.#count) return this.#refuse(first);
        this.#bounds[2 * next] = begin;
        this.#bounds[2 * next + 1] = markerAt;
        next += 1;
        if (isLast) return next;
      }
      begin = codeAt + 1;
    }
  }

  #refuse(first: number): number {
    this.forgetFrom(first);
    return first;
  }
}

/** Code of the marker that ends an interval. */
export function restartMarker(interval: number): number {
  return marker.RST0 + (interval & 7);
}

/** Where the next marker begins; `to` when there is none. */
function findMarker(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    if (bytes[at] !== 0xff) continue;
    if (at + 1 === to || bytes[at + 1] !== 0) return at;
    at += 1; // FF as data
  }
  return to;
}

/** Where the code of a marker is: any number of FF may stand before it (ITU-T T.81, section B.1.1.2). */
function skipFill(bytes: Uint8Array, markerAt: number, to: number): number {
  let at = markerAt;
  while (at < to && bytes[at] === 0xff) at += 1;
  return at;
}
