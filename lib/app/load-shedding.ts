/** What is done without, in this order: 1 adds previews, 2 adds every second JPEG. */
export type SheddingLevel = 0 | 1 | 2;

const shedAbove = 0.9;
const restoreBelow = 0.8;
/** How often the memory is to be looked at. */
export const lookIntervalMs = 250;
/** Memory that was given up is returned late: before more is taken away, or given back, so many looks agree. */
const looksToShed = 8;
/** By level: the frame rate comes back soon, previews, which take memory, when it has stayed low. */
const looksToRestore = [Infinity, 20, 4] as const;

/** Decides how much load is shed, from the memory in use. */
export class LoadShedding {
  readonly #limitBytes: number;
  #level: SheddingLevel = 0;
  #highLooks = 0;
  #lowLooks = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Called every lookIntervalMs. */
  look(usedBytes: number): SheddingLevel {
    const share = usedBytes / this.#limitBytes;
    this.#highLooks = share > shedAbove ? this.#highLooks + 1 : 0;
    this.#lowLooks = share < restoreBelow ? this.#lowLooks + 1 : 0;
    if (this.#highLooks >= looksToShed && this.#level < 2) this.#change(1);
    if (this.#lowLooks >= looksToRestore[this.#level]) this.#change(-1);
    return this.#level;
  }

  #change(step: 1 | -1): void {
    this.#level = (this.#level + step) as SheddingLevel;
    this.#highLooks = 0;
    this.#lowLooks = 0;
  }
}
