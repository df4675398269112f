// @ts-check

const svgNamespace = 'http://www.w3.org/2000/svg';

/** Paths of 24x24 icons, drawn as lines. */
const paths = {
  camera:
    'M4 8a2 2 0 0 1 2-2h2l1.5-2h5L16 6h2a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2z M12 9a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z',
  play: 'M8 5v14l11-7z',
  stop: 'M7 7h10v10H7z',
  download: 'M12 4v11 M7.5 11 12 15.5 16.5 11 M5 19.5h14',
  expand: 'M4 9V4h5 M20 9V4h-5 M4 15v5h5 M20 15v5h-5',
  save: 'M5 4h11l3 3v13H5z M8 4v5h7V4 M8 20v-6h8v6',
  copy: 'M9 9h11v11H9z M5 15H4V4h11v1',
  check: 'M5 12.5 10 17.5 19.5 7',
  close: 'M6 6l12 12 M18 6 6 18',
  plus: 'M12 5v14 M5 12h14',
  reset: 'M4 5v5h5 M4.6 14.5A8 8 0 1 0 6.3 6.7L4 10',
  theme: 'M12 4a8 8 0 1 0 0 16z M12 4a8 8 0 0 1 0 16',
  lock: 'M6 11h12v9H6z M8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  warning: 'M12 4 2.8 20h18.4z M12 10v4.5 M12 17.2v.3',
  pause: 'M8 6v12 M16 6v12',
};

/** @typedef {keyof typeof paths} IconName */

/**
 * An icon, which screen readers pass over: what it stands beside says the same in words.
 *
 * @param {IconName} name
 */
export function icon(name) {
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(svgNamespace, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}
