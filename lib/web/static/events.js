// @ts-check
/** @import { CameraDetail, StatisticsEvent } from './types.js' */

/**
 * @typedef {object} EventHandlers
 * @property {(cameras: CameraDetail[]) => void} cameras
 * @property {(camera: CameraDetail) => void} camera
 * @property {(statistics: StatisticsEvent) => void} statistics
 * @property {(isConnected: boolean) => void} connection - called when it changes
 */

/** Statistics come once a second. When nothing came for so long, the server or the way to it is gone. */
const silenceMs = 6000;
const firstDelayMs = 1000;
const longestDelayMs = 10_000;

/**
 * The server's events. Connects by itself, again and again: an EventSource alone gives up for good when a proxy
 * answers for the server, and never notices a network cable that was pulled.
 */
export class ServerEvents {
  #handlers;
  /** @type {EventSource | undefined} */
  #source;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #delayMs = firstDelayMs;

  /** @param {EventHandlers} handlers */
  constructor(handlers) {
    this.#handlers = handlers;
  }

  /** Does nothing when it is open. */
  open() {
    if (this.#source !== undefined) return;
    const source = new EventSource('/api/events');
    this.#source = source;
    this.#listen(source, 'cameras', (data) => {
      this.#delayMs = firstDelayMs;
      this.#handlers.connection(true);
      this.#handlers.cameras(data);
    });
    this.#listen(source, 'camera', (data) => this.#handlers.camera(data));
    this.#listen(source, 'statistics', (data) => this.#handlers.statistics(data));
    source.addEventListener('error', () => this.#lost());
    this.#expectSomething();
  }

  close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = undefined;
  }

  /**
   * @param {EventSource} source
   * @param {string} name
   * @param {(data: any) => void} handle
   */
  #listen(source, name, handle) {
    source.addEventListener(name, (event) => {
      if (source !== this.#source) return;
      this.#expectSomething();
      handle(JSON.parse(event.data));
    });
  }

  #expectSomething() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lost(), silenceMs);
  }

  #lost() {
    this.close();
    this.#handlers.connection(false);
    this.#timer = setTimeout(() => this.open(), this.#delayMs);
    this.#delayMs = Math.min(this.#delayMs * 1.6, longestDelayMs);
  }
}
