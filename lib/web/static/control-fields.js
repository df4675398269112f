// @ts-check
/** @import { FieldMaker } from './fields.js' */
/** @import { Control } from './types.js' */
import { numberField, numbersField, rangeField, selectField, switchField, textField } from './fields.js';
import { enumeratorLabel, spaced } from './format.js';

/** The controls that people look for, in the order in which they are shown. All others come after them, by name. */
const usual = [
  'AeEnable',
  'ExposureTime',
  'AnalogueGain',
  'ExposureValue',
  'AwbEnable',
  'AwbMode',
  'ColourGains',
  'AfMode',
  'LensPosition',
  'ScalerCrop',
  'Brightness',
  'Contrast',
  'Saturation',
  'Sharpness',
  'NoiseReductionMode',
];

/** The frame rate is a setting of its own, which sets this control. */
const notShown = new Set(['FrameDurationLimits']);

/** @type {Record<string, string>} */
const units = {
  ExposureTime: 'µs',
  AnalogueGain: '×',
  DigitalGain: '×',
  LensPosition: 'dpt',
  ExposureValue: 'EV',
  ColourTemperature: 'K',
};

/**
 * Where libcamera's name says too little.
 *
 * @type {Record<string, string>}
 */
const plainLabels = {
  AeEnable: 'Automatic exposure',
  AwbEnable: 'Automatic white balance',
  AwbMode: 'White balance',
  AfMode: 'Focus',
  ScalerCrop: 'Part of the sensor',
};

/**
 * What a control is called, and its name in the configuration where that is not the same.
 *
 * @param {string} name - libcamera's
 * @returns {{ label: string, configName?: string }}
 */
export function controlLabel(name) {
  const label = Object.hasOwn(plainLabels, name) ? plainLabels[name] : undefined;
  return label === undefined ? { label: spaced(name) } : { label, configName: name };
}

/** @type {Record<string, string[]>} */
const partNames = {
  rectangle: ['x', 'y', 'width', 'height'],
  size: ['width', 'height'],
  point: ['x', 'y'],
};

/**
 * @param {readonly Control[]} controls
 * @returns {{ usual: Control[], others: Control[] }}
 */
export function sortControls(controls) {
  const shown = controls.filter(({ name }) => !notShown.has(name));
  const rank = (/** @type {Control} */ { name }) => usual.indexOf(name);
  return {
    usual: shown.filter((control) => rank(control) >= 0).sort((a, b) => rank(a) - rank(b)),
    others: shown.filter((control) => rank(control) < 0).sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/**
 * The field that fits a control.
 *
 * @param {Control} control
 * @param {unknown} value - as it is now: says how many numbers an array has
 * @returns {FieldMaker}
 */
export function controlField(control, value) {
  const names = partsOf(control, value);
  if (names !== undefined) return numbersField(names, control.type !== 'float');
  const enumerators = Object.entries(control.enumerators ?? {});
  if (enumerators.length > 0) {
    const choices = enumerators.map(([name, number]) => ({
      name,
      number,
      label: enumeratorLabel(name, control.name),
    }));
    return selectField(choices.sort((a, b) => a.number - b.number));
  }
  if (control.type === 'boolean') return switchField;
  if (control.type === 'integer' || control.type === 'float') return scalarField(control);
  return textField;
}

/** @param {Control} control */
function scalarField({ name, type, min, max }) {
  const isInteger = type === 'integer';
  const unit = units[name] ?? '';
  const isBounded = typeof min === 'number' && typeof max === 'number' && max > min && max - min < 2 ** 31;
  if (isBounded) return rangeField({ name, min, max, isInteger, unit });
  const limit = (/** @type {unknown} */ value) => (typeof value === 'number' ? value : undefined);
  return numberField({ min: limit(min), max: limit(max), isInteger, unit });
}

/**
 * The names of a control's numbers; undefined when it is a single value.
 *
 * @param {Control} control
 * @param {unknown} value
 * @returns {string[] | undefined}
 */
function partsOf({ name, type, array, min, max, default: fallback }, value) {
  const parts = Object.hasOwn(partNames, type) ? partNames[type] : undefined;
  if (!array) return parts;
  if (name === 'ColourGains') return ['red', 'blue'];
  const lengths = [value, fallback, max, min].map((each) => (Array.isArray(each) ? each.length : 0));
  const length = lengths.find((each) => each > 0) ?? parts?.length ?? 2;
  return Array.from({ length: Math.min(length, 64) }, (_, index) =>
    parts === undefined ? String(index + 1) : (parts[index % parts.length] ?? ''),
  );
}
