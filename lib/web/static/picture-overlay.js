// @ts-check
/** @import { StreamStatus } from './stream-image.js' */
/** @import { CameraDetail } from './types.js' */
import { errorHint } from './error-hints.js';

/**
 * What is said over the picture while it is not live.
 *
 * @typedef {object} OverlayText
 * @property {string} title
 * @property {string} message - the server's own words, perhaps
 * @property {string} advice
 * @property {boolean} isBusy - something is under way
 * @property {string} [start] - what the button is called that starts the camera; absent: no button
 */

/**
 * @param {CameraDetail} detail
 * @param {{ status: StreamStatus, grant: 'granted' | 'hidden' | 'too-many', isConnected: boolean }} stream
 * @returns {OverlayText | undefined} undefined: the picture is live
 */
export function overlayText({ state, error }, { status, grant, isConnected }) {
  const hint = errorHint(error?.code);
  const message = error?.message ?? '';
  if (!isConnected) return { title: 'Connection lost', message: '', advice: '', isBusy: true };
  switch (state) {
    case 'stopped':
      return { title: 'Stopped', message: '', advice: '', isBusy: false, start: 'Start' };
    case 'failed':
      return { title: hint.title, message, advice: hint.advice, isBusy: false, start: 'Start again' };
    case 'stalled':
    case 'restarting':
      return { title: `${hint.title} – trying again`, message, advice: '', isBusy: true };
    case 'starting':
      return { title: 'Starting', message, advice: '', isBusy: true };
    case 'streaming':
      return previewText(status, grant);
  }
}

/**
 * @param {StreamStatus} status
 * @param {'granted' | 'hidden' | 'too-many'} grant
 * @returns {OverlayText | undefined}
 */
function previewText(status, grant) {
  if (status === 'live') return undefined;
  if (grant === 'too-many') {
    const message = 'A browser shows four live pictures at a time. The stream itself goes on.';
    return { title: 'Picture paused', message, advice: '', isBusy: false };
  }
  if (grant === 'hidden') return { title: 'Picture paused', message: '', advice: '', isBusy: false };
  if (status === 'retrying') {
    const message = 'Perhaps too many people are looking at it. The stream itself goes on.';
    return { title: 'No picture – trying again', message, advice: '', isBusy: true };
  }
  return { title: 'Waiting for the picture', message: '', advice: '', isBusy: true };
}
