// @ts-check
/** @import { CameraDetail } from './types.js' */
import { element, setText } from './dom.js';
import { icon } from './icons.js';
import { LivePicture } from './live-picture.js';
import { overlayText } from './picture-overlay.js';

/** The picture, and what is said over it while it is not live. */
export class PicturePanel {
  #stream;
  #frame;
  #overlay;
  #spinner = element('span', { class: 'spinner', 'aria-hidden': 'true' });
  #title = element('p', { class: 'overlay-title' });
  #message = element('p', { class: 'overlay-message' });
  #advice = element('p', { class: 'overlay-advice' });
  #startLabel = element('span', {}, 'Start');
  /** @type {CameraDetail | undefined} */
  #detail;
  /** @type {'granted' | 'hidden' | 'too-many'} */
  #grant = 'hidden';
  #isConnected = true;

  /**
   * @param {string} id - of the camera
   * @param {() => void} onStart
   */
  constructor(id, onStart) {
    this.#stream = new LivePicture(id, () => this.#render());
    this.start = element('button', { type: 'button', class: 'button primary', 'data-action': 'start' });
    this.start.append(icon('play'), this.#startLabel);
    this.start.addEventListener('click', onStart);
    const words = element('div', { class: 'overlay-words' }, this.#title, this.#message, this.#advice);
    this.#overlay = element('div', { class: 'overlay' }, this.#spinner, words, this.start);
    this.#frame = element('div', { class: 'picture' }, this.#stream.element, this.#overlay);
    this.element = this.#frame;
  }

  get needsStream() {
    return this.#detail?.state === 'streaming' && this.#isConnected;
  }

  /** @param {CameraDetail} detail */
  update(detail) {
    this.#detail = detail;
    const { device, width, height, webrtc } = detail;
    this.#stream.setHasVideo(webrtc !== undefined);
    this.#stream.setHasMark(device === 'test');
    if (width !== undefined && height !== undefined) this.#frame.style.aspectRatio = `${width} / ${height}`;
    this.#render();
  }

  /** @param {'granted' | 'hidden' | 'too-many'} grant */
  setGrant(grant) {
    this.#grant = grant;
    this.#render();
  }

  /** @param {boolean} isConnected */
  setConnected(isConnected) {
    this.#isConnected = isConnected;
    this.#render();
  }

  /** @param {number | undefined} previews */
  tick(previews) {
    this.#stream.tick(previews);
  }

  /** What the browser makes of the video; nothing without one. */
  playback() {
    return this.#stream.figures();
  }

  /** Fills the screen, or goes back. Where a browser can't (on an iPhone), the stream opens by itself. */
  toggleFullscreen() {
    if (!document.fullscreenEnabled) window.open(this.#stream.url, '_blank', 'noopener');
    else if (document.fullscreenElement !== null) void document.exitFullscreen();
    // Refused when the click is too long ago; then nothing is lost.
    else this.#frame.requestFullscreen().catch(() => undefined);
  }

  /** Closes the stream for good. */
  close() {
    this.#detail = undefined;
    this.#stream.setWanted(false);
  }

  #render() {
    this.#stream.setWanted(this.needsStream && this.#grant === 'granted');
    if (this.#detail === undefined) return;
    const text = overlayText(this.#detail, {
      status: this.#stream.status,
      grant: this.#grant,
      isConnected: this.#isConnected,
    });
    this.#overlay.hidden = text === undefined;
    this.#frame.classList.toggle('is-stale', text !== undefined);
    setText(this.#title, text?.title ?? '');
    setText(this.#message, text?.message ?? '');
    // A long one is cut off by the style sheet.
    this.#message.title = text?.message ?? '';
    setText(this.#advice, text?.advice ?? '');
    this.#spinner.hidden = text?.isBusy !== true;
    this.start.hidden = text?.start === undefined;
    setText(this.#startLabel, text?.start ?? 'Start');
  }
}
