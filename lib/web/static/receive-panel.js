// @ts-check
/** @import { ReceiveCommand } from './receive-commands.js' */
/** @import { CameraDetail, Destination } from './types.js' */
import { copyButton } from './copy-text.js';
import { disclosure, element, setText, uniqueId } from './dom.js';
import { icon } from './icons.js';
import {
  gstreamerCommand,
  hostAndPort,
  httpCommands,
  isMulticast,
  isThisMachine,
  receiveCommands,
} from './receive-commands.js';

/**
 * A command with its title and a button that copies it.
 *
 * @param {ReceiveCommand} command
 * @param {string} camera
 */
function commandBlock({ title, note, text }, camera) {
  // Long lines scroll in their own box, which the keyboard has to reach.
  const label = `${title}, ${camera}`;
  const code = element('code', {}, text.trimEnd());
  const pre = element('pre', { tabindex: 0, role: 'region', 'aria-label': label }, code);
  const head = element('div', { class: 'command-head' }, element('h4', {}, title), copyButton(code, label));
  const block = element('div', { class: 'command' }, head, pre);
  if (note !== '') block.append(element('p', { class: 'note' }, note));
  return block;
}

/** How to receive the stream, for the destination that it really goes to. */
export class ReceivePanel {
  #id;
  #where = element('p', { class: 'note' });
  #commands = element('div', { class: 'commands' });
  #choice;
  #choiceRow;
  /** @type {CameraDetail | undefined} */
  #detail;
  #shape = '';

  /** @param {string} id - of the camera */
  constructor(id) {
    this.#id = id;
    this.#choice = element('select', { id: uniqueId('destination') });
    this.#choice.addEventListener('change', () => this.#render());
    const label = element('label', { for: this.#choice.id }, 'Destination');
    this.#choiceRow = element('div', { class: 'choice-row' }, label, this.#choice);
    this.element = disclosure('Receive', this.#choiceRow, this.#where, this.#commands).element;
  }

  /** @param {CameraDetail} detail */
  update(detail) {
    this.#detail = detail;
    const shape = JSON.stringify([detail.destinations, detail.rtp]);
    if (shape === this.#shape) return;
    this.#shape = shape;
    const chosen = this.#choice.value;
    const names = detail.destinations.map(({ host, port }) => hostAndPort(host, port));
    this.#choice.replaceChildren(...names.map((name) => element('option', { value: name }, name)));
    if (names.includes(chosen)) this.#choice.value = chosen;
    this.#choiceRow.hidden = names.length < 2;
    this.#render();
  }

  #render() {
    if (this.#detail === undefined) return;
    const { destinations, rtp } = this.#detail;
    const destination = destinations[Math.max(0, this.#choice.selectedIndex)];
    const http = httpCommands(location.origin, this.#id);
    const isRtp = destination !== undefined && rtp.enabled;
    const overRtp = isRtp ? receiveCommands({ ...destination, ...rtp }) : [];
    setText(this.#where, isRtp ? whereToRun(destination) : 'RTP is off for this camera.');
    this.#commands.replaceChildren(
      ...[...overRtp, ...http].map((command) => commandBlock(command, this.#id)),
    );
  }
}

/** @param {Destination} destination */
function whereToRun({ host, port }) {
  if (isMulticast(host)) return `On any machine of the network: the group ${host}, port ${port}.`;
  if (isThisMachine(host)) return 'On the machine of the cameras itself.';
  return `On ${host}.`;
}

/** Says that nobody receives the stream, and how one would. */
export class NoReceiverHint {
  #text = element('p');
  #code = element('code');
  #shape = '';

  /** @param {string} id - of the camera */
  constructor(id) {
    const label = `GStreamer command for ${id}`;
    const pre = element('pre', { tabindex: 0, role: 'region', 'aria-label': label }, this.#code);
    const head = element(
      'div',
      { class: 'hint-head' },
      icon('warning'),
      this.#text,
      copyButton(this.#code, label),
    );
    this.element = element('div', { class: 'hint', 'data-field': 'no-receiver', hidden: true }, head, pre);
  }

  /**
   * @param {CameraDetail} detail
   * @param {boolean} isShown
   */
  update({ destinations, rtp }, isShown) {
    const [destination] = destinations;
    this.element.hidden = !isShown || destination === undefined || !rtp.enabled;
    const shape = JSON.stringify([destination, rtp]);
    if (destination === undefined || shape === this.#shape) return;
    this.#shape = shape;
    const address = hostAndPort(destination.host, destination.port);
    setText(this.#text, `Nobody listens at ${address}. To receive it there:`);
    setText(this.#code, gstreamerCommand({ ...destination, ...rtp }));
  }
}
