// @ts-check

/** What stands for a figure that is not known. */
export const unknown = '–';

/**
 * @param {number | undefined | null} value
 * @param {number} [digits] - after the point
 */
export function formatNumber(value, digits = 0) {
  return typeof value === 'number' && Number.isFinite(value) ? value.toFixed(digits) : unknown;
}

/**
 * A number and its unit, apart, because they are shown in different sizes.
 *
 * @typedef {object} Quantity
 * @property {string} value
 * @property {string} unit
 */

/**
 * @param {number | undefined} kbps
 * @returns {Quantity}
 */
export function bitrate(kbps) {
  if (kbps === undefined || kbps < 1000) return { value: formatNumber(kbps), unit: 'kbit/s' };
  return { value: formatNumber(kbps / 1000, kbps < 100_000 ? 1 : 0), unit: 'Mbit/s' };
}

/**
 * @param {number | undefined} bytes
 * @returns {Quantity}
 */
export function byteSize(bytes) {
  if (bytes === undefined || bytes < 1000) return { value: formatNumber(bytes), unit: 'B' };
  if (bytes < 1_000_000) return { value: formatNumber(bytes / 1000, bytes < 100_000 ? 1 : 0), unit: 'kB' };
  return { value: formatNumber(bytes / 1_000_000, 2), unit: 'MB' };
}

/**
 * Microseconds in the unit that reads best.
 *
 * @param {number | undefined} microseconds
 */
export function shortTime(microseconds) {
  if (microseconds === undefined || !Number.isFinite(microseconds)) return unknown;
  const size = Math.abs(microseconds);
  return size < 1000 ? `${microseconds.toFixed(0)} µs` : `${(microseconds / 1000).toFixed(2)} ms`;
}

/**
 * A large count, with thin spaces between thousands.
 *
 * @param {number | undefined} count
 */
export function formatCount(count) {
  return formatNumber(count).replace(/\B(?=(\d{3})+$)/g, '\u2009');
}

/**
 * `encoderBusy` becomes `encoder busy`, `ExposureTime` `Exposure time`, `AeEnable` `Ae enable`.
 *
 * @param {string} name - in camel case
 */
export function spaced(name) {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(' ');
  return words.map((word, index) => (index > 0 && !isAcronym(word) ? word.toLowerCase() : word)).join(' ');
}

/** @param {string} word */
function isAcronym(word) {
  return word.length > 1 && word === word.toUpperCase();
}

/**
 * The name of an enumerator without that of its control: `AwbDaylight` of `AwbMode` becomes `Daylight`.
 *
 * @param {string} enumerator
 * @param {string} control
 */
export function enumeratorLabel(enumerator, control) {
  const prefixes = [control, control.replace(/(Mode|State|Enable|Type)$/, '')];
  const prefix = prefixes.find((each) => each !== '' && enumerator.startsWith(each));
  const rest = prefix === undefined ? enumerator : enumerator.slice(prefix.length);
  return rest === '' ? enumerator : spaced(rest);
}

/**
 * The name of a snapshot's file: the camera and the time of capture, with nothing that a file system dislikes.
 *
 * @param {string} id
 * @param {string | null | undefined} captureTime - ISO 8601
 * @param {Date} [now] - taken where the server does not say when
 */
export function snapshotName(id, captureTime, now = new Date()) {
  const camera = id.replace(/[^\w-]+/g, '_').slice(0, 60) || 'camera';
  const given = captureTime ? new Date(captureTime) : now;
  const time = Number.isNaN(given.getTime()) ? now : given;
  return `${camera}-${time.toISOString().replace(/:/g, '-').replace('Z', '')}.jpg`;
}
