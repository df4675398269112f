import { mcuGrid, type McuGrid } from '../../jpeg/mcu-grid.js';
import type { JpegParser } from '../../jpeg/index.js';

/** So many intervals are to fit into a packet at least: what does not fit into one is wasted, half an interval each. */
const intervalsPerPacket = 5;
/** And so many into a frame at least, so that a lost one costs little of a small picture. */
const intervalsPerFrame = 16;
/** RFC 2435 section 3.1.7: their numbers have 14 bits, of which the last one has another meaning. */
const maxIntervalsPerFrame = 0x3ffe;
/** ITU-T T.81, section B.2.4.4. */
const maxInterval = 65535;
/** Where a row has no part that fits, so few MCUs are an interval all the same, and meet the row's end so often. */
const maxOddInterval = 8;
/** A frame's weight among those before it. */
const smoothing = 1 / 8;
/** A longer interval is chosen when even this many times the bytes measured would leave it short enough. */
const growthMargin = 1.4;
/** A shorter one when intervals are this many times as long as they are to be. */
const shrinkMargin = 1.25;

/**
 * Chooses the restart interval for frames to come: parts of a row of MCUs or whole rows, as long as several fit into a
 * packet. A shorter one costs bytes, a longer one fills packets badly, and more is lost with a packet. It changes only
 * when pictures have become much larger or smaller.
 */
export class RestartIntervalChooser {
  readonly #maxIntervalBytes: number;
  #interval = 0;
  #mcus = 0;
  #bytesPerMcu = 0;

  /** @param payloadBytes - bytes of a scan that a packet has room for */
  constructor(payloadBytes: number) {
    this.#maxIntervalBytes = payloadBytes / intervalsPerPacket;
  }

  /** In MCUs, 1..65535; 0 before the first frame. */
  get interval(): number {
    return this.#interval;
  }

  /** Takes a frame's size into account. */
  onFrame(jpeg: JpegParser, scanBytes: number): void {
    const grid = mcuGrid(jpeg.width, jpeg.height, jpeg.sampling);
    const mcus = grid.columns * grid.rows;
    const measured = scanBytes / mcus;
    const isFirst = mcus !== this.#mcus; // or of another size than those before
    this.#mcus = mcus;
    this.#bytesPerMcu += (measured - this.#bytesPerMcu) * (isFirst ? 1 : smoothing);
    const isTooLong = this.#interval * this.#bytesPerMcu > this.#maxIntervalBytes * shrinkMargin;
    if (isFirst || isTooLong) {
      this.#interval = this.#longestFor(grid, this.#bytesPerMcu);
      return;
    }
    this.#interval = Math.max(this.#longestFor(grid, this.#bytesPerMcu * growthMargin), this.#interval);
  }

  #longestFor({ columns, rows }: McuGrid, bytesPerMcu: number): number {
    const mcus = columns * rows;
    const least = Math.ceil(mcus / maxIntervalsPerFrame);
    const most = Math.min(this.#maxIntervalBytes / bytesPerMcu, mcus / intervalsPerFrame, maxInterval);
    return Math.max(longestPart(columns, Math.max(Math.floor(most), 1)), least);
  }
}

/** The longest interval of at most so many MCUs that is whole rows or a part of one. */
function longestPart(columns: number, most: number): number {
  if (most >= columns) return most - (most % columns);
  let part = most;
  while (columns % part !== 0) part -= 1;
  // A row of 127 MCUs, as at 2028 pixels, has no parts but single ones, which would cost too many bytes.
  return 2 * part > most ? part : Math.max(part, Math.min(most, maxOddInterval));
}
