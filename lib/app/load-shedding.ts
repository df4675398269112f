/** What is done without, in this order: 1 adds previews, 2 adds every second JPEG. */
export type SheddingLevel = 0 | 1 | 2;

const shedAbove = 0.9;
const restoreBelow = 0.8;
/** Memory that was given up is returned late: before more is taken away, or given back, so many looks agree. */
const looksToShed = 2;
const looksToRestore = 5;

/** Decides how much load is shed, from the memory in use. */
export class LoadShedding {
  readonly #limitBytes: number;
  #level: SheddingLevel = 0;
  #highLooks = 0;
  #lowLooks = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Called about once a second. */
  look(usedBytes: number): SheddingLevel {
    const share = usedBytes / this.#limitBytes;
    this.#highLooks = share > shedAbove ? this.#highLooks + 1 : 0;
    this.#lowLooks = share < restoreBelow ? this.#lowLooks + 1 : 0;
    if (this.#highLooks >= looksToShed && this.#level < 2) this.#change(1);
    if (this.#lowLooks >= looksToRestore && this.#level > 0) this.#change(-1);
    return this.#level;
  }

  #change(step: 1 | -1): void {
    this.#level = (this.#level + step) as SheddingLevel;
    this.#highLooks = 0;
    this.#lowLooks = 0;
  }
}
