// @ts-check
import { chartPaths, History } from './history.js';

const svgNamespace = 'http://www.w3.org/2000/svg';
const seconds = 90;
const width = seconds - 1;
const height = 28;

/** A small chart of the last minute and a half. Screen readers pass over it: the figure stands beside it. */
export class HistoryChart {
  #history = new History(seconds);
  #line = document.createElementNS(svgNamespace, 'path');
  #area = document.createElementNS(svgNamespace, 'path');
  /** The chart is at least so high, so that a steady figure does not look like noise. */
  #smallestTop;

  /** @param {number} [smallestTop] */
  constructor(smallestTop = 0) {
    this.#smallestTop = smallestTop;
    this.element = document.createElementNS(svgNamespace, 'svg');
    this.element.setAttribute('viewBox', `0 -2 ${width} ${height + 2}`);
    this.element.setAttribute('preserveAspectRatio', 'none');
    this.element.setAttribute('class', 'chart');
    this.element.setAttribute('aria-hidden', 'true');
    this.#line.setAttribute('class', 'chart-line');
    this.#area.setAttribute('class', 'chart-area');
    this.element.append(this.#area, this.#line);
  }

  /** @param {number | undefined} value - undefined leaves a gap */
  push(value) {
    this.#history.push(value);
    const top = Math.max(this.#history.max() * 1.15, this.#smallestTop);
    const { line, area } = chartPaths(this.#history.values(), top, width, height);
    this.#line.setAttribute('d', line);
    this.#area.setAttribute('d', area);
  }
}
