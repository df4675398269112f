import { StreamerError, type ErrorCode } from '../errors/index.js';
import { lineOf, type Path } from './toml.js';

/** Something wrong with a configuration. */
export interface Problem {
  readonly code: ErrorCode;
  readonly path: Path;
  /** What is wrong and what to do, on one line, without the place. */
  readonly message: string;
}

/** The error that tells of the first problem and how many more there are. */
export function problemError(problems: readonly [Problem, ...Problem[]], text: string, fileName: string) {
  const [first] = problems;
  const line = lineOfNearest(text, first.path);
  const where = line === undefined ? fileName : `${fileName}:${String(line)}`;
  return new StreamerError(first.code, `${where}: ${first.message}${andMore(problems)}`);
}

export function andMore(problems: readonly Problem[]): string {
  return problems.length > 1 ? ` (and ${String(problems.length - 1)} more)` : '';
}

/** The line of the key, or, where the file leaves it at its default, of the innermost section that it would be in. */
function lineOfNearest(text: string, path: Path): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const line = lineOf(text, path.slice(0, length));
    if (line !== undefined) return line;
  }
  return undefined;
}

/** A value as it can be shown within a message: on one line and not long. Not for what may be secret. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Date) return 'a date';
  if (typeof value === 'object' && value !== null) return 'a table';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
