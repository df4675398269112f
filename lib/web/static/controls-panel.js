// @ts-check
/** @import { CameraClient } from './api.js' */
/** @import { CameraDetail, Control } from './types.js' */
import { controlField, controlLabel, sortControls } from './control-fields.js';
import { disclosure, element, setText } from './dom.js';
import { SettingRow } from './setting-row.js';

/** libcamera's controls, made from what the camera says about them. Hidden for a source that has none. */
export class ControlsPanel {
  #client;
  #section;
  #usual = element('div', { class: 'settings' });
  #others = element('div', { class: 'settings' });
  #more;
  #moreTitle = element('span');
  /** @type {Map<string, { control: Control, row: SettingRow }>} */
  #rows = new Map();
  #shape = '';

  /** @param {CameraClient} client */
  constructor(client) {
    this.#client = client;
    const summary = element('summary', {}, this.#moreTitle);
    this.#more = element('details', { class: 'more' }, summary, this.#others);
    this.#section = disclosure('Camera controls', this.#usual, this.#more);
    this.element = this.#section.element;
  }

  /** @param {CameraDetail} detail */
  update({ controls, settings }) {
    this.element.hidden = controls.length === 0;
    // Made anew only when the camera is another one: a row that is being edited stays.
    const shape = JSON.stringify(controls);
    if (shape !== this.#shape) this.#build(controls, settings.controls);
    this.#shape = shape;
    for (const [name, { control, row }] of this.#rows) row.show(valueOf(control, settings.controls[name]));
  }

  /**
   * @param {Control[]} controls
   * @param {Record<string, unknown>} values
   */
  #build(controls, values) {
    this.#rows.clear();
    const { usual, others } = sortControls(controls);
    // Where none of the usual ones is there, the others are not worth hiding.
    const [first, rest] = usual.length > 0 ? [usual, others] : [others, []];
    this.#usual.replaceChildren(...first.map((control) => this.#makeRow(control, values[control.name])));
    this.#others.replaceChildren(...rest.map((control) => this.#makeRow(control, values[control.name])));
    this.#more.hidden = rest.length === 0;
    setText(this.#moreTitle, `${rest.length} more`);
  }

  /**
   * @param {Control} control
   * @param {unknown} value
   */
  #makeRow(control, value) {
    const { name } = control;
    const row = new SettingRow({
      ...controlLabel(name),
      field: controlField(control, valueOf(control, value)),
      fallback: control.default,
      send: (wanted) => this.#client.patch({ controls: { [name]: wanted } }),
    });
    row.element.classList.toggle('is-switch', control.type === 'boolean' && !control.array);
    this.#rows.set(name, { control, row });
    return row.element;
  }
}

/**
 * A control that is not set has its default.
 *
 * @param {Control} control
 * @param {unknown} value
 */
function valueOf(control, value) {
  return value ?? control.default;
}
