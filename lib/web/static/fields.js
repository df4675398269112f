// @ts-check
import { element, uniqueId } from './dom.js';
import { sliderScale } from './slider-scale.js';

/**
 * A widget that shows a value and reports a new one. It never changes by itself what it shows.
 *
 * @typedef {object} Field
 * @property {HTMLElement} element
 * @property {string} [labelFor] - the id of the input that the label belongs to; absent: the label names a group
 * @property {(value: unknown) => void} show
 *
 * @typedef {object} FieldContext
 * @property {string} label
 * @property {string} labelId
 * @property {string} messageId - the element that errors of this field are shown in
 * @property {(value: unknown) => void} onChange - called at each change by the user
 *
 * @typedef {(context: FieldContext) => Field} FieldMaker
 */

/**
 * @typedef {object} RangeOptions
 * @property {string} name
 * @property {number} min
 * @property {number} max - of the slider
 * @property {number} [largest] - of the number beside it; the slider's when absent
 * @property {boolean} isInteger
 * @property {number} [step]
 * @property {string} [unit]
 */

/**
 * A slider, and a number for the exact value.
 *
 * @param {RangeOptions} options
 * @returns {FieldMaker}
 */
export function rangeField(options) {
  const { name, min, max, isInteger, unit = '' } = options;
  const scale = sliderScale(min, max, isInteger);
  const step = options.step ?? scale.step;
  return (context) => {
    const id = uniqueId('range');
    const slider = element('input', {
      type: 'range',
      name,
      id,
      min: scale.isDirect ? min : 0,
      max: scale.positions,
      step,
      'aria-describedby': context.messageId,
    });
    const number = numberInput(`${context.label}, exact value`, context.messageId, {
      min,
      max: options.largest ?? max,
      step: isInteger ? 1 : 'any',
    });
    const showSlider = (/** @type {number} */ value) => {
      slider.value = String(scale.toPosition(value));
      slider.style.setProperty('--fill', `${sliderShare(slider) * 100}%`);
      slider.setAttribute('aria-valuetext', `${value}${unit === '' ? '' : ` ${unit}`}`);
    };
    slider.addEventListener('input', () => {
      const value = scale.toValue(Number(slider.value));
      number.value = String(value);
      showSlider(value);
      context.onChange(value);
    });
    number.addEventListener('change', () => {
      if (!number.reportValidity() || number.value === '') return;
      showSlider(Number(number.value));
      context.onChange(Number(number.value));
    });
    const show = (/** @type {unknown} */ value) => {
      const known = typeof value === 'number';
      number.value = known ? String(tidy(value)) : '';
      showSlider(known ? value : min);
    };
    const unitText = element('span', { class: 'unit' }, unit);
    const wrapper = element('div', { class: 'range-field' }, slider, number, unitText);
    return { element: wrapper, labelFor: id, show };
  };
}

/** @param {HTMLInputElement} slider */
function sliderShare(slider) {
  const [min, max] = [Number(slider.min), Number(slider.max)];
  return max > min ? (Number(slider.value) - min) / (max - min) : 0;
}

/**
 * Without the digits that 32-bit floats bring along.
 *
 * @param {number} value
 */
function tidy(value) {
  return Number.isInteger(value) ? value : Number(value.toPrecision(6));
}

/**
 * @param {string} label
 * @param {string} messageId
 * @param {Record<string, string | number | undefined>} limits
 */
function numberInput(label, messageId, limits) {
  return element('input', {
    type: 'number',
    class: 'number',
    inputmode: 'decimal',
    'aria-label': label,
    'aria-describedby': messageId,
    placeholder: '–',
    ...limits,
  });
}

/**
 * A number without a slider: for ranges that no slider can show.
 *
 * @param {{ min?: number | undefined, max?: number | undefined, isInteger: boolean, unit?: string }} options
 * @returns {FieldMaker}
 */
export function numberField({ min, max, isInteger, unit = '' }) {
  return (context) => {
    const id = uniqueId('number');
    const input = numberInput(context.label, context.messageId, {
      id,
      min,
      max,
      step: isInteger ? 1 : 'any',
    });
    input.addEventListener('change', () => {
      if (input.reportValidity() && input.value !== '') context.onChange(Number(input.value));
    });
    const show = (/** @type {unknown} */ value) => {
      input.value = typeof value === 'number' ? String(tidy(value)) : '';
    };
    const wrapper = element('div', { class: 'plain-field' }, input, element('span', { class: 'unit' }, unit));
    return { element: wrapper, labelFor: id, show };
  };
}

/** @type {FieldMaker} */
export function switchField(context) {
  const id = uniqueId('switch');
  const input = element('input', {
    type: 'checkbox',
    role: 'switch',
    id,
    class: 'switch',
    'aria-describedby': context.messageId,
  });
  input.addEventListener('change', () => context.onChange(input.checked));
  const show = (/** @type {unknown} */ value) => {
    input.checked = value === true;
  };
  return { element: input, labelFor: id, show };
}

/** @type {FieldMaker} */
export function textField(context) {
  const id = uniqueId('text');
  const input = element('input', { type: 'text', id, 'aria-describedby': context.messageId });
  input.addEventListener('change', () => context.onChange(input.value));
  const show = (/** @type {unknown} */ value) => {
    input.value = typeof value === 'string' ? value : '';
  };
  return { element: input, labelFor: id, show };
}

/**
 * One of several. The value shown may be the name or the number; the number is reported.
 *
 * @param {{ name: string, number: number, label: string }[]} choices
 * @returns {FieldMaker}
 */
export function selectField(choices) {
  return (context) => {
    const id = uniqueId('select');
    const unset = element('option', { value: '', disabled: true }, 'not set');
    const options = choices.map(({ number, label }) => element('option', { value: number }, label));
    const select = element('select', { id, 'aria-describedby': context.messageId }, unset, ...options);
    select.addEventListener('change', () => context.onChange(Number(select.value)));
    const show = (/** @type {unknown} */ value) => {
      const shown = choices.find(({ name, number }) => value === number || value === name);
      select.value = shown === undefined ? '' : String(shown.number);
    };
    return { element: select, labelFor: id, show };
  };
}

/**
 * Several numbers that belong together, such as the four of a rectangle. Reported when all of them are there.
 *
 * @param {string[]} names - one for each number
 * @param {boolean} isInteger
 * @returns {FieldMaker}
 */
export function numbersField(names, isInteger) {
  return (context) => {
    const inputs = names.map((name) =>
      numberInput(`${context.label}, ${name}`, context.messageId, { step: isInteger ? 1 : 'any' }),
    );
    const cells = inputs.map((input, index) =>
      element(
        'span',
        { class: 'cell' },
        element('span', { 'aria-hidden': 'true' }, names[index] ?? ''),
        input,
      ),
    );
    for (const input of inputs) {
      input.addEventListener('change', () => {
        const isComplete = inputs.every((each) => each.value !== '' && each.validity.valid);
        if (isComplete) context.onChange(inputs.map((each) => Number(each.value)));
      });
    }
    const show = (/** @type {unknown} */ value) => {
      const numbers = Array.isArray(value) ? value : [];
      for (const [index, input] of inputs.entries()) {
        const number = numbers[index];
        input.value = typeof number === 'number' ? String(tidy(number)) : '';
      }
    };
    const group = element('div', {
      class: 'numbers-field',
      role: 'group',
      'aria-labelledby': context.labelId,
    });
    group.append(...cells);
    return { element: group, show };
  };
}
