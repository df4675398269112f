import { marker } from './markers.js';

/** Finds the restart markers of a scan, as it grows. One object serves for all frames of a stream. */
export class RestartMarkers {
  /** Markers found so far. */
  count = 0;
  /** Whether they are numbered one after the other, from 0 to 7 and again (ITU-T T.81, section E.1.4). */
  isRegular = true;
  #ends = new Uint32Array(256);
  #readBytes = 0;

  /** Begins with a new scan. */
  begin(): void {
    this.count = 0;
    this.isRegular = true;
    this.#readBytes = 0;
  }

  /**
   * Reads on.
   *
   * @param bytes - memory in which the scan begins at scanOffset
   * @param scanBytes - so much of the scan is there; a marker that is cut in half is read the next time
   */
  readTo(bytes: Uint8Array, scanOffset: number, scanBytes: number): void {
    // A view, because indexOf() knows no end, and a loop over the bytes takes two to eight times as long.
    const scan = bytes.subarray(scanOffset, scanOffset + scanBytes);
    let at = this.#readBytes;
    while ((at = scan.indexOf(0xff, at)) >= 0 && at + 1 < scanBytes) {
      const code = scan[at + 1] ?? 0;
      if (code >= marker.RST0 && code <= marker.RST7) this.#add(code - marker.RST0, at + 2);
      at += 1; // what follows may be a marker's first byte, where this one was a fill byte
    }
    this.#readBytes = at < 0 ? scanBytes : at;
  }

  /** Where in the scan the marker of this index ends, in bytes. */
  endOf(index: number): number {
    return this.#ends[index] ?? 0;
  }

  #add(number: number, end: number): void {
    if (number !== this.count % 8) this.isRegular = false;
    if (this.count === this.#ends.length) {
      const longer = new Uint32Array(2 * this.count);
      longer.set(this.#ends);
      this.#ends = longer;
    }
    this.#ends[this.count] = end;
    this.count += 1;
  }
}
