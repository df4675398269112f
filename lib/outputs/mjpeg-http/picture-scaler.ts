import { coreAddon } from '../../native/core-addon.js';
import type { SharedJpeg, SharedJpegs } from './shared-jpegs.js';

/** Makes smaller pictures, one at a time, on a thread of their own. */
export class PictureScaler {
  readonly #denominator: 2 | 4 | 8;
  readonly #memory: SharedJpegs;
  #isBusy = false;

  constructor(denominator: 2 | 4 | 8, memory: SharedJpegs) {
    this.#denominator = denominator;
    this.#memory = memory;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Nothing when the JPEG is broken. Who calls holds a lease of what comes out. */
  async scale(jpeg: SharedJpeg): Promise<SharedJpeg | undefined> {
    this.#isBusy = true;
    jpeg.retain();
    const { memory, share } = this.#memory.take(Math.max(jpeg.bytes.byteLength, leastBytes));
    try {
      const bytes = await coreAddon().scaleJpeg(jpeg.bytes, memory, this.#denominator);
      return share(bytes, jpeg.captureTimeUs);
    } catch {
      share(0, 0).release(); // the memory goes back
      return undefined;
    } finally {
      this.#isBusy = false;
      jpeg.release();
    }
  }
}

/** So that a small picture of low quality, which has more bytes at the quality of previews, finds room. */
const leastBytes = 64 * 1024;
