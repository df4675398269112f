// @ts-check
/** @import { FieldMaker } from './fields.js' */
import { messageOf } from './api.js';
import { element, setText, uniqueId } from './dom.js';
import { icon } from './icons.js';

/** A slider that is dragged changes all the time; it is sent when it rests for so long. */
const debounceMs = 250;

/**
 * @typedef {object} SettingOptions
 * @property {string} label
 * @property {string} [configName] - the name in the configuration, where the label differs
 * @property {FieldMaker} field
 * @property {(value: unknown) => Promise<void>} send
 * @property {unknown} [fallback] - the default, which a button brings back; absent or null: no such button
 */

/** A setting: its label, its field, and what became of the last change. */
export class SettingRow {
  #send;
  #field;
  #message;
  /** @type {HTMLButtonElement | undefined} */
  #reset;
  #fallback;
  /** @type {unknown} what the server has */
  #value;
  /** @type {{ value: unknown } | undefined} not sent yet */
  #wanted;
  #isSending = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {SettingOptions} options */
  constructor({ label, configName, field, send, fallback }) {
    this.#send = send;
    this.#fallback = fallback;
    const labelId = uniqueId('label');
    const messageId = uniqueId('message');
    this.#message = element('p', { class: 'message', id: messageId, 'aria-live': 'polite' });
    this.#field = field({ label, labelId, messageId, onChange: (value) => this.#change(value) });
    const { labelFor } = this.#field;
    const name =
      labelFor === undefined
        ? element('span', { id: labelId, class: 'label' }, label)
        : element('label', { id: labelId, class: 'label', for: labelFor }, label);
    const head = element('div', { class: 'setting-head' }, name);
    if (configName !== undefined) head.append(element('span', { class: 'config-name' }, configName));
    if (fallback !== undefined && fallback !== null) head.append(this.#makeReset(label));
    this.element = element('div', { class: 'setting' }, head, this.#field.element, this.#message);
  }

  /**
   * Shows what the server has, unless the user's own change is still on its way.
   *
   * @param {unknown} value
   */
  show(value) {
    this.#value = value;
    if (this.#wanted === undefined && !this.#isSending) this.#display(value);
  }

  /** @param {string} label */
  #makeReset(label) {
    const name = `Reset ${label} to its default`;
    const button = element('button', {
      type: 'button',
      class: 'reset',
      'aria-label': name,
      title: 'Default',
    });
    button.append(icon('reset'));
    button.addEventListener('click', () => {
      this.#field.show(this.#fallback);
      this.#change(this.#fallback);
    });
    this.#reset = button;
    return button;
  }

  /** @param {unknown} value */
  #display(value) {
    this.#field.show(value);
    if (this.#reset !== undefined) {
      // Keeps its place, so that nothing moves; the keyboard's focus is not lost with it.
      this.#reset.classList.toggle('is-off', JSON.stringify(value) === JSON.stringify(this.#fallback));
    }
  }

  /** @param {unknown} value */
  #change(value) {
    this.#wanted = { value };
    this.#showMessage('', false);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#sendWanted(), debounceMs);
  }

  async #sendWanted() {
    // A change that comes while another one is on its way is sent after it.
    if (this.#isSending || this.#wanted === undefined) return;
    const { value } = this.#wanted;
    this.#wanted = undefined;
    this.#isSending = true;
    this.element.classList.add('is-sending');
    let message = '';
    try {
      await this.#send(value);
    } catch (error) {
      message = messageOf(error);
    }
    this.#isSending = false;
    this.element.classList.remove('is-sending');
    this.#showMessage(message, message !== '');
    if (this.#wanted === undefined) this.#display(this.#value);
    else this.#change(/** @type {{ value: unknown }} */ (this.#wanted).value);
  }

  /**
   * @param {string} text
   * @param {boolean} isError
   */
  #showMessage(text, isError) {
    setText(this.#message, text);
    this.element.classList.toggle('has-error', isError);
  }
}
