// Paths as a unit has them, so that systemd takes them as they are: systemd.syntax(7), systemd.service(5).
import { StreamerError } from '../../errors/index.js';

/**
 * A command as ExecStart= has it: what systemd would take for a specifier, a variable or an end of a word is escaped. In
 * the program's own path there are no variables, so that `$` stays as it is, and systemd allows no quotes and backslashes.
 *
 * @throws StreamerError ERR_SERVICE for what a unit cannot hold
 */
export function execLine([program = '', ...args]: readonly string[]): string {
  if (/["'\\]/.test(program)) throw refused(program, 'has a quote or a backslash');
  return [quoted(program), ...args.map((word) => quoted(word).replaceAll('$', '$$$$'))].join(' ');
}

/**
 * A path as a setting that is a list of paths has it.
 *
 * @throws StreamerError ERR_SERVICE for what a unit cannot hold
 */
export function pathWord(path: string): string {
  return quoted(path);
}

/**
 * A path as a setting that is one path has it. It ends with its line: nothing in it is quoted, blanks at its end are left
 * out, and by a backslash there the next line would belong to it.
 *
 * @throws StreamerError ERR_SERVICE for what a unit cannot hold
 */
export function pathLine(path: string): string {
  if (/[\s\\]$/.test(path)) throw refused(path, 'ends with a blank or a backslash');
  return checked(path).replaceAll('%', '%%');
}

function quoted(word: string): string {
  const plain = checked(word).replaceAll('%', '%%');
  if (/^[\w%$+,./:=@-]+$/.test(plain)) return plain;
  return `"${plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** A line feed or a carriage return would begin another setting. No path that somebody means has one of the others. */
function checked(text: string): string {
  if (/[\x00-\x1f\x7f]/.test(text)) throw refused(text, 'has a control character');
  return text;
}

function refused(path: string, why: string): StreamerError {
  return new StreamerError(
    'ERR_SERVICE',
    `the path ${JSON.stringify(path)} ${why}, which a unit of systemd cannot hold; rename it`,
  );
}
