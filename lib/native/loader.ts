import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { addonFolders } from './addon-folders.js';
import { readElfHeader } from './elf.js';

const require = createRequire(import.meta.url);

/** An addon, and where it came from. */
export interface LoadedAddon<T> {
  readonly addon: T;
  readonly file: string;
}

/**
 * How a search went on at a file: `loaded`, and over; `absent`: nothing there; `damaged`: no longer an addon;
 * `unusable`: for another machine than this; `mismatch`: loads, but is of another version of this package.
 */
export type AddonOutcome = 'loaded' | 'absent' | 'damaged' | 'unusable' | 'mismatch';

/** A file that was tried, or a folder that has none to try. */
export interface AddonAttempt {
  readonly file: string;
  readonly outcome: AddonOutcome;
  /** Why it was not taken, for people; empty when it loaded. */
  readonly reason: string;
}

/** Where an addon was looked for, and what came of it. */
export interface AddonSearch<T> {
  readonly loaded: LoadedAddon<T> | undefined;
  /** In their order; the last is the one that loaded, if one did. */
  readonly attempts: readonly AddonAttempt[];
}

/** What is looked for. */
export interface AddonQuery<T> {
  /** Within each folder of addons. */
  readonly subfolder: string;
  /** Those of a folder's files to try, the best first. */
  readonly choose: (names: readonly string[]) => readonly string[];
  /** Why an addon that loads can't be used; empty when it can. What it exports may be of another version. */
  readonly mismatch: (addon: Partial<T>) => string;
}

/** Tries the addons of each folder until one can be used. One that can't never ends the search. */
export function searchAddon<T>(query: AddonQuery<T>): AddonSearch<T> {
  const attempts: AddonAttempt[] = [];
  for (const addons of addonFolders()) {
    const folder = path.join(addons, query.subfolder);
    const { names, fault } = listFolder(folder);
    const chosen = query.choose(names);
    if (chosen.length === 0) {
      attempts.push({ file: folder, outcome: 'absent', reason: fault ?? 'has no such addon' });
    }
    for (const name of chosen) {
      const file = path.join(folder, name);
      const { addon, ...result } = tryLoad(file, query.mismatch);
      attempts.push({ file, ...result });
      if (addon) return { loaded: { addon, file }, attempts };
    }
  }
  return { loaded: undefined, attempts };
}

/** What is in a folder, and why that can't be said. */
function listFolder(folder: string): { readonly names: string[]; readonly fault?: string } {
  try {
    return { names: readdirSync(folder) };
  } catch (error) {
    return { names: [], fault: systemReason(error) };
  }
}

interface LoadResult<T> {
  readonly addon?: T;
  readonly outcome: AddonOutcome;
  readonly reason: string;
}

function tryLoad<T>(file: string, mismatch: AddonQuery<T>['mismatch']): LoadResult<T> {
  try {
    const fault = fileFault(file);
    if (fault) return fault;
    const addon = load(file) as T;
    const reason = mismatch(addon);
    return reason ? { outcome: 'mismatch', reason } : { addon, outcome: 'loaded', reason: '' };
  } catch (error) {
    return { outcome: 'unusable', reason: loadReason(file, error) };
  }
}

/** Why not even the dynamic linker should see the file. */
function fileFault(file: string): LoadResult<never> | undefined {
  const header = readElfHeader(file);
  if (!header) return { outcome: 'damaged', reason: 'is no addon, or was cut short' };
  if (!header.isWhole) return { outcome: 'damaged', reason: 'was cut short' };
  if (header.processor === process.arch) return undefined;
  return { outcome: 'unusable', reason: `built for ${header.processor}, this is ${process.arch}` };
}

// `bindings` stops at the first file that exists, also when that does not load, so it is asked for one folder at
// a time; its own guesses of folders are not used.
const bindings = require('bindings') as (options: {
  bindings: string;
  module_root: string;
  try: string[][];
}) => unknown;

function load(file: string): unknown {
  return bindings({
    bindings: path.basename(file),
    module_root: path.dirname(file),
    try: [['module_root', 'bindings']],
  });
}

/** The message of the dynamic linker or of the system, as one short clause. */
function loadReason(file: string, error: unknown): string {
  if (error instanceof Error && 'syscall' in error) return systemReason(error);
  const message = error instanceof Error ? error.message : String(error);
  const missing = /^(\S+): cannot open shared object file: No such file/.exec(message)?.[1];
  if (missing !== undefined) return `${missing} is not installed`;
  const [line = ''] = message.split('\n');
  return line.replace(`${file}: `, '').replace(` (required by ${file})`, '');
}

const systemReasons: Readonly<Record<string, string>> = {
  ENOENT: 'not there',
  EACCES: 'may not be read by this user',
  ENOTDIR: 'is no folder',
  EISDIR: 'is no file',
};

function systemReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return systemReasons[code ?? ''] ?? message;
}
