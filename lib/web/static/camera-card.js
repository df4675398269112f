// @ts-check
/** @import { CameraDetail, CameraState, Statistics } from './types.js' */
import { CameraClient, messageOf } from './api.js';
import { ControlsPanel } from './controls-panel.js';
import { DeliveryPanel } from './delivery-panel.js';
import { DestinationsPanel } from './destinations-panel.js';
import { element, setText, uniqueId } from './dom.js';
import { errorHint } from './error-hints.js';
import { FiguresPanel } from './figures-panel.js';
import { snapshotName, unknown } from './format.js';
import { icon } from './icons.js';
import { PicturePanel } from './picture-panel.js';
import { PlaybackPanel } from './playback-panel.js';
import { NoReceiverHint, ReceivePanel } from './receive-panel.js';
import { saveBlob } from './save-blob.js';
import { SettingsPanel } from './settings-panel.js';

/** @type {Record<CameraState, string>} */
const stateNames = {
  starting: 'Starting',
  streaming: 'Streaming',
  stalled: 'Stalled',
  restarting: 'Restarting',
  failed: 'Failed',
  stopped: 'Stopped',
};

/**
 * @typedef {object} CardHandlers
 * @property {(detail: CameraDetail) => void} onDetail - a change of the user's led to this
 * @property {(text: string) => void} announce - says it to people who don't see the page
 */

/** One camera: its picture, its figures, its settings. */
export class CameraCard {
  /** @type {CameraDetail} */
  detail;
  #client;
  #announce;
  #badge = element('span', { class: 'badge-text', 'data-field': 'state' });
  #source = element('p', { class: 'source' });
  #frame = element('span', { class: 'figure', 'data-field': 'frame' }, unknown);
  #size = element('span', { class: 'figure', 'data-field': 'size' }, unknown);
  #message = element('p', { class: 'message', 'aria-live': 'polite' });
  #picture;
  #stop;
  #snapshot;
  #playback = new PlaybackPanel();
  #figures = new FiguresPanel();
  #delivery = new DeliveryPanel();
  #settings;
  #controls;
  #destinations;
  #receive;
  #noReceiver;
  #fieldset;
  #isConnected = true;

  /**
   * @param {CameraDetail} detail
   * @param {CardHandlers} handlers
   */
  constructor(detail, { onDetail, announce }) {
    const { id } = detail;
    this.detail = detail;
    this.#announce = announce;
    this.#client = new CameraClient(id, onDetail);
    this.#picture = new PicturePanel(id, () => void this.#startOrStop('start'));
    this.#stop = actionButton('stop', 'stop', 'Stop', () => void this.#startOrStop('stop'));
    this.#snapshot = actionButton('snapshot', 'download', 'Snapshot', () => void this.#saveSnapshot());
    this.#settings = new SettingsPanel(this.#client);
    this.#controls = new ControlsPanel(this.#client);
    this.#destinations = new DestinationsPanel(this.#client);
    this.#receive = new ReceivePanel(id);
    this.#noReceiver = new NoReceiverHint(id);
    this.#fieldset = element('fieldset', {}, this.#settings.element, this.#controls.element);
    this.element = this.#layOut(id);
    this.update(detail);
  }

  get needsStream() {
    return this.#picture.needsStream;
  }

  /** @param {'granted' | 'hidden' | 'too-many'} grant */
  setGrant(grant) {
    this.#picture.setGrant(grant);
  }

  /** An event has told of this camera. */
  eventCame() {
    this.#client.eventCame();
  }

  /** @param {CameraDetail} detail */
  update(detail) {
    const before = this.detail;
    this.detail = detail;
    const { id, state, source, device, width, height, error } = detail;
    this.element.dataset['state'] = state;
    setText(this.#badge, stateNames[state] ?? state);
    setText(this.#source, source ?? (device === '' ? 'camera' : device));
    setText(this.#size, width === undefined || height === undefined ? unknown : `${width} × ${height}`);
    this.#stop.hidden = state === 'stopped' || state === 'failed';
    this.#enableSnapshot();
    this.#picture.update(detail);
    this.#settings.update(detail);
    this.#controls.update(detail);
    this.#destinations.update(detail);
    this.#receive.update(detail);
    if (state !== 'streaming') this.#noReceiver.update(detail, false);
    if (state !== before.state) {
      const reason = error === undefined ? '' : `: ${errorHint(error.code).title}. ${error.message}`;
      this.#announce(`${id} ${stateNames[state] ?? state}${reason}`);
    }
  }

  /** @param {Statistics | undefined} statistics - undefined: the connection is lost */
  updateStatistics(statistics) {
    this.#figures.update(statistics);
    if (statistics === undefined) {
      this.#noReceiver.update(this.detail, false);
      return;
    }
    setText(this.#frame, String(statistics.frame));
    this.#delivery.update(statistics);
    this.#settings.showQualityInForce(statistics.state === 'streaming' ? statistics.quality : undefined);
    const isUnheard = statistics.hasReceiver === false && statistics.state === 'streaming';
    this.#noReceiver.update(this.detail, isUnheard);
    this.#picture.tick(statistics.previews);
    void this.#picture.playback().then((figures) => this.#playback.update(figures));
  }

  /**
   * @param {boolean} isConnected
   * @param {boolean} mayControl
   */
  setAccess(isConnected, mayControl) {
    this.#isConnected = isConnected;
    this.#enableSnapshot();
    const isDisabled = !isConnected || !mayControl;
    this.#fieldset.disabled = isDisabled;
    this.#destinations.fieldset.disabled = isDisabled;
    this.#stop.disabled = isDisabled;
    this.#picture.start.disabled = isDisabled;
    this.#picture.setConnected(isConnected);
    this.element.classList.toggle('is-offline', !isConnected);
  }

  #enableSnapshot() {
    this.#snapshot.disabled = !this.#isConnected || this.detail.state !== 'streaming';
  }

  /** @param {string} id */
  #layOut(id) {
    const title = element('h2', { id: uniqueId('camera') }, id);
    const dot = element('span', { class: 'dot', 'aria-hidden': 'true' });
    const badge = element('p', { class: 'badge' }, dot, this.#badge);
    const head = element('header', { class: 'card-head' }, title, this.#source, badge);
    const fullscreen = actionButton('fullscreen', 'expand', 'Full screen', () =>
      this.#picture.toggleFullscreen(),
    );
    const meta = element('p', { class: 'meta' }, this.#size, element('span', {}, 'frame ', this.#frame));
    const toolbar = element('div', { class: 'toolbar' }, meta, this.#stop, this.#snapshot, fullscreen);
    const main = element(
      'div',
      { class: 'card-main' },
      this.#picture.element,
      toolbar,
      this.#playback.element,
      this.#message,
    );
    main.append(this.#figures.element, this.#noReceiver.element);
    const side = element('div', { class: 'card-side' }, this.#fieldset, this.#destinations.element);
    side.append(this.#receive.element, this.#delivery.element);
    const body = element('div', { class: 'card-body' }, main, side);
    const card = element('article', { class: 'card', 'data-camera': id, 'aria-labelledby': title.id });
    card.append(head, body);
    return card;
  }

  /** @param {'start' | 'stop'} action */
  async #startOrStop(action) {
    const [pressed, other] =
      action === 'start' ? [this.#picture.start, this.#stop] : [this.#stop, this.#picture.start];
    const hadFocus = document.activeElement === pressed;
    pressed.disabled = true;
    await this.#try(() => this.#client[action]());
    pressed.disabled = this.#fieldset.disabled;
    // The button that was pressed is gone; the one that undoes it is where the keyboard goes on.
    if (hadFocus && pressed.hidden) other.focus();
  }

  async #saveSnapshot() {
    await this.#try(async () => {
      const { blob, captureTime } = await this.#client.snapshot();
      saveBlob(blob, snapshotName(this.detail.id, captureTime));
    });
  }

  /** @param {() => Promise<void>} action */
  async #try(action) {
    setText(this.#message, '');
    try {
      await action();
    } catch (error) {
      setText(this.#message, messageOf(error));
    }
  }
}

/**
 * @param {string} action
 * @param {import('./icons.js').IconName} iconName
 * @param {string} name
 * @param {() => void} onClick
 */
function actionButton(action, iconName, name, onClick) {
  const button = element('button', { type: 'button', class: 'button', 'data-action': action, title: name });
  button.append(icon(iconName), element('span', { class: 'button-text' }, name));
  button.addEventListener('click', onClick);
  return button;
}
