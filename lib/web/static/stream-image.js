// @ts-check
import { element } from './dom.js';

/** @typedef {'off' | 'opening' | 'live' | 'retrying'} StreamStatus */

const firstDelayMs = 1000;
const longestDelayMs = 15_000;
const posterWidth = 480;
/** How long a stream may be open before the server has to count it among its clients. */
const graceMs = 4000;

/**
 * The MJPEG stream as an image. Opened again when it fails, and closed when it is not wanted, because a browser has
 * six connections to a server, and each stream takes one. The last picture stays, in a canvas behind it.
 */
export class StreamImage {
  #onStatus;
  #image;
  #poster = element('canvas', { class: 'poster', 'aria-hidden': 'true' });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #delayMs = firstDelayMs;
  #isWanted = false;
  #openedMs = 0;
  /** @type {StreamStatus} */
  status = 'off';

  /**
   * @param {string} id - of the camera
   * @param {() => void} onStatus
   */
  constructor(id, onStatus) {
    this.url = `/stream/${encodeURIComponent(id)}.mjpg`;
    this.#onStatus = onStatus;
    this.#image = element('img', { alt: `Live picture of ${id}`, class: 'live', hidden: true });
    this.#image.addEventListener('load', () => this.#showsPicture());
    this.#image.addEventListener('error', () => this.#failed());
    this.element = element('div', { class: 'stream' }, this.#poster, this.#image);
  }

  get hasPoster() {
    return this.#poster.width > 0 && this.#poster.classList.contains('is-drawn');
  }

  /** @param {boolean} isWanted */
  setWanted(isWanted) {
    if (isWanted === this.#isWanted) return;
    this.#isWanted = isWanted;
    this.#delayMs = firstDelayMs;
    if (isWanted) this.#open();
    else this.#close('off');
  }

  /**
   * Looks after the stream, once a second.
   *
   * @param {number | undefined} previews - clients of this stream, as the server counts them
   */
  tick(previews) {
    if (this.status === 'opening' && this.#image.naturalWidth > 0) this.#showsPicture();
    if (this.status !== 'live') return;
    this.#keepPicture();
    // A browser does not tell that a stream has ended: the last picture just stays.
    if (previews === 0 && performance.now() - this.#openedMs > graceMs) this.#failed();
  }

  #open() {
    clearTimeout(this.#timer);
    this.#openedMs = performance.now();
    this.#image.src = this.url;
    this.#setStatus('opening');
  }

  /** @param {StreamStatus} status */
  #close(status) {
    clearTimeout(this.#timer);
    if (this.status === 'live') this.#keepPicture();
    this.#image.hidden = true;
    this.#image.removeAttribute('src');
    this.#setStatus(status);
  }

  #showsPicture() {
    if (!this.#isWanted || this.status === 'live') return;
    this.#delayMs = firstDelayMs;
    this.#image.hidden = false;
    this.#setStatus('live');
  }

  #failed() {
    if (!this.#isWanted) return;
    this.#close('retrying');
    this.#timer = setTimeout(() => this.#open(), this.#delayMs);
    this.#delayMs = Math.min(this.#delayMs * 2, longestDelayMs);
  }

  #keepPicture() {
    const { naturalWidth, naturalHeight } = this.#image;
    const context = this.#poster.getContext('2d');
    if (naturalWidth === 0 || context === null) return;
    const width = Math.min(posterWidth, naturalWidth);
    const height = Math.max(1, Math.round((naturalHeight / naturalWidth) * width));
    if (this.#poster.width !== width || this.#poster.height !== height) {
      this.#poster.width = width;
      this.#poster.height = height;
    }
    try {
      context.drawImage(this.#image, 0, 0, width, height);
      this.#poster.classList.add('is-drawn');
    } catch {
      // Broken just now: the picture before it stays.
    }
  }

  /** @param {StreamStatus} status */
  #setStatus(status) {
    if (status === this.status) return;
    this.status = status;
    this.#onStatus();
  }
}
