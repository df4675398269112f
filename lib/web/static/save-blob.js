// @ts-check
import { element } from './dom.js';

/**
 * Hands a file to the user, as a download.
 *
 * @param {Blob} blob
 * @param {string} name
 */
export function saveBlob(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = element('a', { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  // Some browsers begin to read it only after this.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
