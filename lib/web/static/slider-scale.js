// @ts-check

/**
 * How the positions of a slider stand for values. Values that span several powers of ten, such as exposure times, are
 * spread by their logarithm: every part of the slider is then of use.
 *
 * @typedef {object} SliderScale
 * @property {number} positions - the slider goes from 0 to this, or from `min` to `max` when `isDirect`
 * @property {boolean} isDirect - positions are the values themselves
 * @property {number} step
 * @property {(position: number) => number} toValue
 * @property {(value: number) => number} toPosition
 */

const logarithmicPositions = 1000;

/**
 * @param {number} min
 * @param {number} max
 * @param {boolean} isInteger
 * @returns {SliderScale}
 */
export function sliderScale(min, max, isInteger) {
  if (min >= 0 && max / Math.max(min, isInteger ? 1 : 0.01) > 2000) return logarithmic(min, max, isInteger);
  const step = isInteger ? 1 : niceStep((max - min) / 200);
  return {
    positions: max,
    isDirect: true,
    step,
    toValue: (position) => clean(position, isInteger),
    toPosition: (value) => clamp(value, min, max),
  };
}

/**
 * @param {number} min
 * @param {number} max
 * @param {boolean} isInteger
 * @returns {SliderScale}
 */
function logarithmic(min, max, isInteger) {
  // One is added, so that 0 has a place on the scale.
  const low = Math.log(min + 1);
  const span = Math.log(max + 1) - low;
  return {
    positions: logarithmicPositions,
    isDirect: false,
    step: 1,
    toValue(position) {
      const value = Math.exp(low + (span * position) / logarithmicPositions) - 1;
      return clamp(clean(Number(value.toPrecision(3)), isInteger), min, max);
    },
    toPosition(value) {
      const share = (Math.log(clamp(value, min, max) + 1) - low) / span;
      return Math.round(share * logarithmicPositions);
    },
  };
}

/**
 * A step of 1, 2 or 5 times a power of ten, no larger than the one given.
 *
 * @param {number} step
 */
export function niceStep(step) {
  if (!(step > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(step));
  const leading = step / power;
  const nice = leading >= 5 ? 5 : leading >= 2 ? 2 : 1;
  return Number((nice * power).toPrecision(1));
}

/**
 * @param {number} value
 * @param {boolean} isInteger
 */
function clean(value, isInteger) {
  return isInteger ? Math.round(value) : Number(value.toPrecision(6));
}

/**
 * @param {number} value
 * @param {number} min
 * @param {number} max
 */
export function clamp(value, min, max) {
  return Math.min(Math.max(value, min), max);
}
