// @ts-check
import { markPixels, readCaptureTimeUs } from './pattern-mark.js';
import { serverClockOffsetUs } from './server-clock.js';

/** Each look costs a copy out of the decoder. */
const framesPerLook = 5;

/** How old a video's pictures are when they are shown: of the test pattern, whose pictures say when they were taken. */
export class GlassToGlass {
  #video;
  #context = new OffscreenCanvas(markPixels, markPixels).getContext('2d', { willReadFrequently: true });
  #isLooking = false;
  #frames = 0;
  /** @type {number[]} */
  #agesMs = [];

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.#video = video;
  }

  /**
   * @param {boolean} isWanted
   * @returns {Promise<void>}
   */
  async look(isWanted) {
    if (isWanted === this.#isLooking || !('requestVideoFrameCallback' in this.#video)) return;
    this.#isLooking = isWanted;
    this.#agesMs = [];
    if (!isWanted) return;
    const offsetUs = await serverClockOffsetUs().catch(() => undefined);
    if (offsetUs === undefined) this.#isLooking = false;
    else this.#seeNext(offsetUs);
  }

  /** Of the pictures since the last call, the middle one's; undefined without any. Milliseconds. */
  takeMedianMs() {
    const agesMs = this.#agesMs.sort((a, b) => a - b);
    this.#agesMs = [];
    return agesMs[Math.floor(agesMs.length / 2)];
  }

  /** @param {number} offsetUs */
  #seeNext(offsetUs) {
    this.#video.requestVideoFrameCallback(() => {
      if (!this.#isLooking) return;
      this.#frames += 1;
      if (this.#frames % framesPerLook === 0) this.#see(offsetUs);
      this.#seeNext(offsetUs);
    });
  }

  /** @param {number} offsetUs */
  #see(offsetUs) {
    const nowUs = offsetUs + performance.now() * 1000;
    const corner = /** @type {const} */ ([0, 0, markPixels, markPixels]);
    this.#context?.drawImage(this.#video, ...corner, ...corner);
    const pixels = this.#context?.getImageData(...corner);
    const captureTimeUs = pixels && readCaptureTimeUs(pixels.data);
    if (captureTimeUs === undefined) return;
    this.#agesMs.push(ageUs(nowUs, captureTimeUs) / 1000);
  }
}

/**
 * @param {number} nowUs
 * @param {number} captureTimeUs - modulo 2^32
 * @returns {number} 0 where the clocks, which are compared to a millisecond or so, say that it is still to be taken
 */
function ageUs(nowUs, captureTimeUs) {
  const age = (((nowUs - captureTimeUs) % 2 ** 32) + 2 ** 32) % 2 ** 32;
  return age < 2 ** 31 ? age : 0;
}
