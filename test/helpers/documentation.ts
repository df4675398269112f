import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A block of code in a page. */
export interface CodeBlock {
  /** The page's path from the folder where all of them are, and the number of the block's first line. */
  readonly place: string;
  /** The words behind its language: what is done with it. Empty for most. */
  readonly mark: string;
  readonly text: string;
}

/** The pages of the documentation, as paths from the folder where the package or its sources are. */
export function documentationPages(folder: string): string[] {
  const pages = readdirSync(path.join(folder, 'docs'), { recursive: true, encoding: 'utf8' });
  return [
    'README.md',
    ...pages
      .filter((page) => page.endsWith('.md'))
      .map((page) => `docs/${page}`)
      .sort(),
  ];
}

/** The blocks of code of these pages that are in one language, such as `ts`; `\w+` is any. */
export function codeBlocks(folder: string, pages: readonly string[], language: string): CodeBlock[] {
  // In a list blocks are indented.
  const fenced = new RegExp(`^( *)\`\`\`${language}(?: ([^\\n]+))?\\n(.*?)^\\1\`\`\`$`, 'gms');
  return pages.flatMap((page) => {
    const whole = readFileSync(path.join(folder, page), 'utf8');
    return Array.from(
      whole.matchAll(fenced),
      ({ 1: indentation = '', 2: mark = '', 3: text = '', index }) => ({
        place: `${page}:${String(whole.slice(0, index).split('\n').length + 1)}`,
        mark,
        text: text.replaceAll(new RegExp(`^${indentation}`, 'gm'), ''),
      }),
    );
  });
}
