import { wholeFrameRestartCount } from './restart-marker-header.js';

/** Where a fragment stands in its chunk of restart intervals (RFC 2435 section 3.1.7). */
export interface ChunkPlace {
  /** F. */
  readonly isChunkBegin: boolean;
  /** L. */
  readonly isChunkEnd: boolean;
  readonly restartCount: number;
}

/** More packets than sequence numbers can't belong to one frame. */
const maxFragments = 65_536;
const fieldsPerFragment = 3;
const beginFlag = 0x8000;
const endFlag = 0x4000;

/**
 * Which parts of a frame's scan have come: sorted, and apart from each other. Memory grows to what the largest frame
 * needs, and is used again.
 */
export class FragmentList {
  #count = 0;
  #receivedBytes = 0;
  // Of each fragment: its first byte, the byte after its last, its place in a chunk as in the restart marker header.
  #fields = new Uint32Array(64 * fieldsPerFragment);

  get count(): number {
    return this.#count;
  }

  /** Of all fragments together. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** The byte after the last one that came. */
  get end(): number {
    return this.#count === 0 ? 0 : this.endOf(this.#count - 1);
  }

  clear(): void {
    this.#count = 0;
    this.#receivedBytes = 0;
  }

  beginOf(index: number): number {
    return this.#fields[index * fieldsPerFragment] ?? 0;
  }

  endOf(index: number): number {
    return this.#fields[index * fieldsPerFragment + 1] ?? 0;
  }

  isChunkBegin(index: number): boolean {
    return (this.#place(index) & beginFlag) !== 0;
  }

  isChunkEnd(index: number): boolean {
    return (this.#place(index) & endFlag) !== 0;
  }

  restartCount(index: number): number {
    return this.#place(index) & wholeFrameRestartCount;
  }

  /** Adds the bytes begin..end - 1, at least one, unless some of them are there already. */
  add(begin: number, end: number, place: ChunkPlace): 'added' | 'duplicate' | 'overlapping' | 'tooLarge' {
    // Packets mostly come in order.
    const index = begin >= this.end ? this.#count : this.#firstEndingAfter(begin);
    if (index < this.#count && this.beginOf(index) < end) {
      return this.beginOf(index) === begin && this.endOf(index) === end ? 'duplicate' : 'overlapping';
    }
    if (this.#count === maxFragments) return 'tooLarge';
    const at = this.#makeRoom(index);
    this.#fields[at] = begin;
    this.#fields[at + 1] = end;
    this.#fields[at + 2] =
      (place.isChunkBegin ? beginFlag : 0) | (place.isChunkEnd ? endFlag : 0) | place.restartCount;
    this.#receivedBytes += end - begin;
    return 'added';
  }

  #place(index: number): number {
    return this.#fields[index * fieldsPerFragment + 2] ?? 0;
  }

  #firstEndingAfter(offset: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.endOf(middle) > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** @returns where the fields of the new fragment belong */
  #makeRoom(index: number): number {
    const used = this.#count * fieldsPerFragment;
    if (used === this.#fields.length) {
      const larger = new Uint32Array(2 * used);
      larger.set(this.#fields);
      this.#fields = larger;
    }
    const at = index * fieldsPerFragment;
    if (at < used) this.#fields.copyWithin(at + fieldsPerFragment, at, used);
    this.#count += 1;
    return at;
  }
}
