import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The links of these pages that lead nowhere: to a file that is not there, or to a heading that is not in it. Links to
 * other sites are not looked at.
 *
 * @param pages - their paths from the folder
 * @returns each as `page: link`
 */
export function deadLinks(folder: string, pages: readonly string[]): string[] {
  return pages.flatMap((page) =>
    linksIn(read(folder, page))
      .filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(folder, page, link))
      .map((link) => `${page}: ${link}`),
  );
}

function leadsSomewhere(folder: string, page: string, link: string): boolean {
  const [name = '', anchor] = link.split('#');
  const target = name === '' ? page : path.join(path.dirname(page), decodeURI(name));
  if (target.startsWith('..') || !existsSync(path.join(folder, target))) return false;
  return anchor === undefined || anchorsIn(read(folder, target)).has(anchor);
}

function read(folder: string, page: string): string {
  return readFileSync(path.join(folder, page), 'utf8').replaceAll(/^```.*?^```$/gms, '');
}

/** Targets of links and images. What is only shown as code is none. */
function linksIn(text: string): string[] {
  const prose = text.replaceAll(/`[^`\n]*`/g, 'code');
  return Array.from(prose.matchAll(/\]\(<?([^()\s>]+)>?(?:\s+"[^"]*")?\)/g), ([, link = '']) => link);
}

/** What GitHub calls the headings of a page, and what the page itself names. */
function anchorsIn(text: string): Set<string> {
  const anchors = new Set(Array.from(text.matchAll(/<a id="([^"]+)">/g), ([, id = '']) => id));
  for (const [, heading = ''] of text.matchAll(/^#{1,6} +(.*?)(?: +#+)?$/gm)) {
    const anchor = anchorOf(heading);
    let unique = anchor;
    for (let i = 1; anchors.has(unique); i++) unique = `${anchor}-${String(i)}`;
    anchors.add(unique);
  }
  return anchors;
}

/** Letters, digits, `_` and `-` stay, in lower case; blanks become `-`; of a link its text stays. */
function anchorOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}
