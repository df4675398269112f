// @ts-check
/** @import { CameraClient } from './api.js' */
/** @import { CameraDetail, Destination } from './types.js' */
import { messageOf } from './api.js';
import { disclosure, element, setText, uniqueId } from './dom.js';
import { icon } from './icons.js';
import { hostAndPort } from './receive-commands.js';

/** Where the RTP stream goes: the list, adding and removing. */
export class DestinationsPanel {
  #client;
  #list = element('ul', { class: 'destinations', tabindex: -1 });
  #note = element('span', { class: 'section-note' });
  #message;
  #host;
  #port;
  #shape = '';

  /** @param {CameraClient} client */
  constructor(client) {
    this.#client = client;
    const messageId = uniqueId('message');
    this.#message = element('p', { class: 'message', id: messageId, 'aria-live': 'polite' });
    const common = { required: true, 'aria-describedby': messageId, autocomplete: 'off' };
    this.#host = element('input', {
      type: 'text',
      id: uniqueId('host'),
      maxlength: 253,
      spellcheck: 'false',
      ...common,
    });
    this.#port = element('input', {
      type: 'number',
      id: uniqueId('port'),
      min: 1,
      max: 65535,
      value: 5000,
      ...common,
    });
    const add = element('button', { type: 'submit', class: 'button' });
    add.append(icon('plus'), 'Add');
    const form = element(
      'form',
      { class: 'add-destination' },
      element('span', { class: 'host' }, element('label', { for: this.#host.id }, 'Host'), this.#host),
      element('span', {}, element('label', { for: this.#port.id }, 'Port'), this.#port),
      add,
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#add();
    });
    this.fieldset = element('fieldset', {}, this.#list, form, this.#message);
    const section = disclosure('Destinations', this.fieldset);
    section.summary.append(this.#note);
    this.element = section.element;
  }

  /** @param {CameraDetail} detail */
  update({ destinations, rtp }) {
    const shape = JSON.stringify([destinations, rtp.enabled]);
    if (shape === this.#shape) return;
    this.#shape = shape;
    const [first] = destinations;
    const rest = destinations.length > 1 ? ` and ${destinations.length - 1} more` : '';
    const summary = first === undefined ? 'none' : hostAndPort(first.host, first.port) + rest;
    setText(this.#note, rtp.enabled ? summary : 'RTP is off');
    const isOnly = destinations.length <= 1;
    this.#list.replaceChildren(...destinations.map((destination) => this.#item(destination, isOnly)));
  }

  /**
   * @param {Destination} destination
   * @param {boolean} isOnly - the last one has to stay
   */
  #item({ host, port, rtcpPort, isSaved }, isOnly) {
    const address = hostAndPort(host, port);
    const name = element('span', { class: 'address' }, address);
    const rtcp = rtcpPort === undefined || rtcpPort === port + 1 ? '' : `RTCP ${rtcpPort}`;
    const notes = [rtcp, isSaved ? '' : 'not saved'].filter(Boolean).join(' · ');
    const remove = element('button', {
      type: 'button',
      class: 'button icon-only small',
      'aria-label': `Remove ${address}`,
      title: isOnly ? 'The last destination has to stay' : 'Remove',
      disabled: isOnly,
    });
    remove.append(icon('close'));
    remove.addEventListener('click', () => void this.#remove(host, port));
    return element('li', {}, name, element('span', { class: 'muted' }, notes), remove);
  }

  /**
   * @param {string} host
   * @param {number} port
   */
  async #remove(host, port) {
    const isRemoved = await this.#try(() => this.#client.removeDestination(host, port));
    // The button is gone, and the keyboard would begin at the top of the page again.
    if (isRemoved) this.#list.focus();
  }

  async #add() {
    const host = this.#host.value.trim().replace(/^\[(.*)\]$/, '$1');
    const isAdded = await this.#try(() => this.#client.addDestination(host, Number(this.#port.value)));
    if (!isAdded) return;
    this.#host.value = '';
    this.#host.focus();
  }

  /** @param {() => Promise<void>} change */
  async #try(change) {
    setText(this.#message, '');
    try {
      await change();
      return true;
    } catch (error) {
      setText(this.#message, messageOf(error));
      return false;
    }
  }
}
