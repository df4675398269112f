// @ts-check
/** @import { PlaybackFigures } from './stream-video.js' */
import { element, setText } from './dom.js';
import { bitrate, formatNumber } from './format.js';

/** What this browser makes of the video that it gets. */
export class PlaybackPanel {
  #fields = {
    fps: valueOf('fps'),
    bitrate: valueOf('bitrate'),
    loss: valueOf('loss'),
    jitterBuffer: valueOf('jitter-buffer'),
    decode: valueOf('decode'),
    glassToGlass: valueOf('glass-to-glass'),
  };
  #glassToGlass;

  constructor() {
    const { fps, bitrate: rate, loss, jitterBuffer, decode, glassToGlass } = this.#fields;
    this.#glassToGlass = element('span', { hidden: true }, 'seen ', glassToGlass, ' after capture');
    this.element = element('p', { class: 'meta playback', hidden: true });
    this.element.append(
      element('span', {}, 'WebRTC to this browser'),
      element('span', {}, fps, ' fps'),
      element('span', {}, rate),
      element('span', {}, 'lost ', loss),
      element('span', {}, 'buffered ', jitterBuffer),
      element('span', {}, 'decoded in ', decode),
      this.#glassToGlass,
    );
  }

  /** @param {PlaybackFigures | undefined} figures */
  update(figures) {
    this.element.hidden = figures === undefined;
    if (figures === undefined) return;
    const { fps, bitrateKbps, lossPercent, jitterBufferMs, decodeMs, glassToGlassMs } = figures;
    const { value, unit } = bitrate(bitrateKbps);
    setText(this.#fields.fps, formatNumber(fps, 1));
    setText(this.#fields.bitrate, `${value} ${unit}`);
    setText(this.#fields.loss, `${formatNumber(lossPercent, 1)} %`);
    setText(this.#fields.jitterBuffer, `${formatNumber(jitterBufferMs, 1)} ms`);
    setText(this.#fields.decode, `${formatNumber(decodeMs, 1)} ms`);
    this.#glassToGlass.hidden = glassToGlassMs === undefined;
    setText(this.#fields.glassToGlass, `${formatNumber(glassToGlassMs, 1)} ms`);
  }
}

/** @param {string} field */
function valueOf(field) {
  return element('span', { class: 'figure', 'data-field': `playback-${field}` });
}
