import { TomlError, parse } from 'smol-toml';
import { StreamerError } from '../errors/index.js';

/** A step into tables (string) and arrays (number). */
export type Path = readonly (string | number)[];

/** @throws StreamerError ERR_CONFIG_SYNTAX */
export function parseToml(text: string, fileName: string): Record<string, unknown> {
  try {
    return parseTable(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The library's message goes on for several lines with an excerpt of the file, in which there may be secrets: neither
    // that nor the error itself, which is printed with -log-level debug, goes any further.
    const reason = (error.message.split('\n')[0] ?? '').replace('Invalid TOML document: ', '');
    const where = `${fileName}:${String(error.line)}:${String(error.column)}`;
    throw new StreamerError('ERR_CONFIG_SYNTAX', `${where}: not valid TOML: ${reason}; correct this line`);
  }
}

function parseTable(text: string): Record<string, unknown> {
  // Integers beyond 2^53 become bigint instead of ending the parse: the schema then refuses them by their key.
  return parse(text, { integersAsBigInt: 'asNeeded' });
}

export function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The value at this path, or undefined. */
export function valueAt(table: unknown, path: Path): unknown {
  let value = table;
  for (const step of path) {
    if (Array.isArray(value) && typeof step === 'number') value = value[step] as unknown;
    else if (isTable(value) && Object.hasOwn(value, step)) value = value[step];
    else return undefined;
  }
  return value;
}

/** A path as TOML writes it, on one line. */
export function dotted(path: Path): string {
  return path.map((step) => (/^[\w-]+$/.test(String(step)) ? String(step) : JSON.stringify(step))).join('.');
}

/**
 * The line, counted from 1, on which the statement begins that gives this path its value: the shortest beginning of
 * the text that is TOML and has the path. The parser itself keeps no positions.
 */
export function lineOf(text: string, path: Path): number | undefined {
  const lines = text.split('\n');
  if (!beginningHas(lines, lines.length, path)) return undefined;
  let without = 0;
  let having = lines.length;
  while (having - without > 1) {
    const middle = (without + having) >> 1;
    if (beginningHas(lines, middle, path)) having = middle;
    else without = middle;
  }
  return having;
}

/** Whether the first `count` lines, and as many more as are needed to end the last statement, have the path. */
function beginningHas(lines: readonly string[], count: number, path: Path): boolean {
  for (let end = count; end <= lines.length; end++) {
    try {
      // The last line needs its end: a carriage return alone is not TOML.
      return valueAt(parseTable(`${lines.slice(0, end).join('\n')}\n`), path) !== undefined;
    } catch (error) {
      if (!(error instanceof TomlError)) throw error;
    }
  }
  return false;
}
