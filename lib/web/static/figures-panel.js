// @ts-check
/** @import { Quantity } from './format.js' */
/** @import { Statistics } from './types.js' */
import { element, setText } from './dom.js';
import { bitrate, byteSize, formatNumber } from './format.js';
import { HistoryChart } from './history-chart.js';

/** @typedef {keyof Statistics['latencyMs']} Stage */

/**
 * The way of a frame, in its order.
 *
 * @type {Stage[]}
 */
const stages = ['capture', 'queue', 'encode', 'packetize', 'send'];

/** A figure with its last minute and a half. */
class Tile {
  #value;
  #unit = element('span', { class: 'tile-unit' });
  #chart;

  /**
   * @param {string} label
   * @param {string} field - what tests and style sheets know it by
   * @param {number} [smallestTop] - of the chart
   */
  constructor(label, field, smallestTop) {
    this.#chart = new HistoryChart(smallestTop);
    this.#value = element('span', { 'data-field': field }, '–');
    const figure = element('dd', { class: 'tile-figure' }, this.#value, ' ', this.#unit);
    const chart = element('dd', { class: 'tile-chart', 'aria-hidden': 'true' }, this.#chart.element);
    this.element = element('div', { class: 'tile' }, element('dt', {}, label), figure, chart);
  }

  /**
   * @param {number | undefined} raw
   * @param {Quantity} shown
   */
  show(raw, { value, unit }) {
    setText(this.#value, value);
    setText(this.#unit, raw === undefined ? '' : unit);
    this.#value.setAttribute('data-value', raw === undefined ? '' : String(raw));
    this.#chart.push(raw);
  }
}

/** The share of each stage in the time from capture to the last packet. */
class LatencyBar {
  #bar = element('div', { class: 'latency-bar', 'aria-hidden': 'true' });
  #legend = element('ul', { class: 'latency-legend' });
  /** @type {Map<Stage, { part: HTMLElement, item: HTMLElement, value: HTMLElement }>} */
  #stages = new Map();

  constructor() {
    for (const stage of stages) {
      const part = element('span', { class: 'latency-part', 'data-stage': stage });
      const value = element('span', { class: 'figure', 'data-field': `latency-${stage}` });
      const swatch = element('span', { class: 'swatch', 'data-stage': stage, 'aria-hidden': 'true' });
      const item = element('li', {}, swatch, `${stage} `, value);
      this.#bar.append(part);
      this.#legend.append(item);
      this.#stages.set(stage, { part, item, value });
    }
    this.element = element('div', { class: 'latency' }, this.#bar, this.#legend);
  }

  /** @param {Statistics['latencyMs']} latencyMs */
  show(latencyMs) {
    this.element.hidden = Object.keys(latencyMs).length === 0;
    for (const [stage, { part, item, value }] of this.#stages) {
      const milliseconds = latencyMs[stage];
      item.hidden = milliseconds === undefined;
      part.style.flexGrow = String(milliseconds ?? 0);
      setText(value, `${formatNumber(milliseconds, 1)} ms`);
    }
  }
}

/** The live figures of a camera. */
export class FiguresPanel {
  #fps = new Tile('Frame rate', 'fps', 5);
  #bitrate = new Tile('Bitrate', 'bitrate', 100);
  #frameBytes = new Tile('Frame size', 'frameBytes', 1000);
  #latency = new Tile('Latency', 'latency', 5);
  #bar = new LatencyBar();

  constructor() {
    const tiles = element('dl', { class: 'tiles' });
    tiles.append(this.#fps.element, this.#bitrate.element, this.#frameBytes.element, this.#latency.element);
    this.element = element('div', { class: 'figures' }, tiles, this.#bar.element);
    this.update(undefined);
  }

  /** @param {Statistics | undefined} statistics - undefined: nothing is known now, which leaves a gap */
  update(statistics) {
    const isLive = statistics?.state === 'streaming';
    const latencyMs = (isLive ? statistics?.latencyMs : undefined) ?? {};
    const live = isLive ? figuresOf(statistics) : undefined;
    const total = live?.latency;
    this.#fps.show(live?.fps, { value: formatNumber(live?.fps, 1), unit: 'fps' });
    this.#bitrate.show(live?.bitrateKbps, bitrate(live?.bitrateKbps));
    this.#frameBytes.show(live?.frameBytes, byteSize(live?.frameBytes));
    this.#latency.show(total, { value: formatNumber(total, 1), unit: 'ms' });
    this.#bar.show(latencyMs);
  }
}

/**
 * Of what is sent as JPEG; of video, where the camera has no other use.
 *
 * @param {Statistics} statistics
 */
function figuresOf({ sent, fps, bitrateKbps, frameBytes, latencyMs, video }) {
  if (video !== undefined && sent === 0)
    return { ...video, latency: video.fps > 0 ? video.latencyMs : undefined };
  return { fps, bitrateKbps, frameBytes, latency: sum(latencyMs) };
}

/** @param {Statistics['latencyMs']} latencyMs */
function sum(latencyMs) {
  const known = stages.map((stage) => latencyMs[stage]).filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}
