// @ts-check
import { element, setText } from './dom.js';
import { icon } from './icons.js';

/**
 * Copies, or where the browser does not allow it (plain HTTP has no clipboard), selects the text.
 *
 * @param {HTMLElement} source - whose text is copied
 * @returns {Promise<boolean>} whether it was copied
 */
async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent ?? '');
    return true;
  } catch {
    const selection = getSelection();
    selection?.selectAllChildren(source);
    // Old, but the one way to copy on a page without TLS.
    return document.execCommand('copy');
  }
}

/**
 * A button that copies the text of an element.
 *
 * @param {HTMLElement} source
 * @param {string} name - what is copied, for screen readers
 */
export function copyButton(source, name) {
  const label = element('span', {}, 'Copy');
  const status = element('span', { class: 'visually-hidden', role: 'status' });
  const button = element('button', { type: 'button', class: 'button small', 'aria-label': `Copy ${name}` });
  button.append(icon('copy'), label);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  button.addEventListener('click', async () => {
    const isCopied = await copy(source);
    setText(label, isCopied ? 'Copied' : 'Press Ctrl+C');
    setText(status, isCopied ? 'Copied' : 'Selected. Press Ctrl+C to copy.');
    button.classList.toggle('is-done', isCopied);
    clearTimeout(timer);
    timer = setTimeout(() => {
      setText(label, 'Copy');
      setText(status, '');
      button.classList.remove('is-done');
    }, 2500);
  });
  return element('span', { class: 'copy' }, button, status);
}
