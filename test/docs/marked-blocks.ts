import { codeBlocks } from '../helpers/documentation.js';

/** A machine that a page of the documentation is about. */
export type Machine = 'pi' | 'laptop';

/** A block of code that is marked as a file, or as commands to run. */
export type MarkedBlock =
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  | {
      readonly kind: 'commands';
      readonly text: string;
      readonly machine: Machine;
      readonly inBackground: boolean;
    };

/**
 * The marked blocks of a page, from first to last: `toml config.toml` is a file of that name, `sh pi` are commands on the
 * Pi, `sh laptop` on the other machine; `sh pi background` goes on until the end of the page.
 *
 * @param page - its path from the folder
 * @throws Error when a mark is another one
 */
export function markedBlocks(folder: string, page: string): MarkedBlock[] {
  const marked = codeBlocks(folder, [page], '\\w+').filter(({ mark }) => mark !== '');
  return marked.map(({ place, mark, text }) => {
    if (/^[\w-]+\.\w+$/.test(mark)) return { kind: 'file', name: mark, text };
    const [, machine, background] = /^(pi|laptop)( background)?$/.exec(mark) ?? [];
    if (machine !== 'pi' && machine !== 'laptop') throw new Error(`${place}: what is "${mark}"?`);
    return { kind: 'commands', text, machine, inBackground: background !== undefined };
  });
}
