// @ts-check

/**
 * What a camera's error means for somebody who looks at the page. Texts of the server go beside it, as they are.
 *
 * @typedef {object} ErrorHint
 * @property {string} title
 * @property {string} advice
 */

/** @type {ErrorHint} */
const missing = {
  title: 'Camera missing',
  advice: 'Check the cable, and what “pi-camera-streamer cameras” lists on the machine.',
};

/** @type {ErrorHint} */
const file = {
  title: 'File can’t be read',
  advice: 'Check the path and the file that “device” names in the configuration.',
};

/** @type {Record<string, ErrorHint>} */
const hints = {
  ERR_CAMERA_NOT_FOUND: missing,
  ERR_CAMERA_DISCONNECTED: missing,
  ERR_CAMERA_BUSY: {
    title: 'Camera busy',
    advice: 'Another program is using the camera. End it, then start the camera again.',
  },
  ERR_CAMERA_STALLED: {
    title: 'Camera silent',
    advice: 'It is there, but sends no pictures. Check the cable and the power supply.',
  },
  ERR_CAMERA_UNAVAILABLE: {
    title: 'libcamera missing',
    advice: 'Run “pi-camera-streamer doctor” on the machine: it says what to install.',
  },
  ERR_CAMERA_CONFIG: {
    title: 'Settings don’t fit',
    advice: 'The camera can’t do what is asked of it. Change the settings, then start it again.',
  },
  ERR_CONFIG_INVALID: {
    title: 'Settings don’t fit',
    advice: 'Change the settings that the message names, then start the camera again.',
  },
  ERR_FILE_NOT_FOUND: file,
  ERR_FILE_FORMAT: file,
};

/** @type {ErrorHint} */
const other = {
  title: 'Camera failed',
  advice: 'The log of pi-camera-streamer says more, and “pi-camera-streamer doctor” may help.',
};

/**
 * @param {string | undefined} code
 * @returns {ErrorHint}
 */
export function errorHint(code) {
  return code !== undefined && Object.hasOwn(hints, code) ? (hints[code] ?? other) : other;
}
