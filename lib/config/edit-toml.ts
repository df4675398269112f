// Changes values in the text of a TOML file and leaves all else as it is: comments, order, spaces.
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'smol-toml';
import { parseTOML, type AST } from 'toml-eslint-parser';
import { StreamerError } from '../errors/index.js';
import type { ConfigEdit } from './live-settings.js';
import { dotted, isTable, parseToml } from './toml.js';

/**
 * The text with these values set. A key that is not there yet is put behind the last one of its section.
 *
 * @param fileName - for messages
 * @throws StreamerError ERR_CONFIG_SYNTAX when it can't be done; nothing half-done comes out
 */
export function editToml(text: string, edits: readonly ConfigEdit[], fileName: string): string {
  return edits.reduce((edited, edit) => applyEdit(edited, edit, fileName), text);
}

function applyEdit(text: string, edit: ConfigEdit, fileName: string): string {
  const wanted = parseToml(text, fileName);
  setValue(wanted, edit);
  const edited = tryWithValue(text, edit);
  // Whatever this module does not understand ends here, and not in the file.
  if (edited !== undefined && isDeepStrictEqual(tryParse(edited, fileName), wanted)) return edited;
  const key = dotted(edit.path);
  throw new StreamerError(
    'ERR_CONFIG_SYNTAX',
    `${fileName}: ${key} cannot be set in a file of this form; set it by hand to ${tomlOf(edit.value)}`,
  );
}

function tryParse(text: string, fileName: string): unknown {
  try {
    return parseToml(text, fileName);
  } catch {
    return undefined;
  }
}

/** Undefined where the second parser, whose messages may quote the file, does not read what the first one does. */
function tryWithValue(text: string, edit: ConfigEdit): string | undefined {
  try {
    return withValue(text, edit);
  } catch {
    return undefined;
  }
}

function setValue(table: Record<string, unknown>, { path, value }: ConfigEdit): void {
  let inner = table;
  for (const step of path.slice(0, -1).map(String)) {
    // As the parser makes tables, or they would not be equal.
    const next = isTable(inner[step]) ? inner[step] : (Object.create(null) as Record<string, unknown>);
    inner[step] = next;
    inner = next;
  }
  inner[String(path.at(-1))] = value;
}

/** A statement `key = value`, wherever it stands. */
interface Statement {
  /** From the top of the file. */
  readonly path: readonly string[];
  /** As it is written, within its section. */
  readonly keys: readonly string[];
  readonly node: AST.TOMLKeyValue;
}

function withValue(text: string, { path, value }: ConfigEdit): string {
  const file = parseTOML(text, { tomlVersion: '1.0.0' }).body[0].body;
  const statements = file.flatMap((node) =>
    node.type === 'TOMLTable'
      ? node.body.flatMap((inner) => statementsOf(inner, node.resolvedKey.map(String)))
      : statementsOf(node, []),
  );
  const steps = path.map(String);
  const parent = steps.slice(0, -1);
  const key = dotted(steps.slice(-1));
  const own = statements.find((statement) => isDeepStrictEqual(statement.path, steps));
  if (own) return splice(text, own.node.value.range, tomlOf(value));
  const inline = statements.find((statement) => isDeepStrictEqual(statement.path, parent))?.node.value;
  if (inline?.type === 'TOMLInlineTable') return intoInlineTable(text, inline, `${key} = ${tomlOf(value)}`);
  const sibling = statements.findLast(({ path: other }) => isDeepStrictEqual(other.slice(0, -1), parent));
  const section = file.find(
    (node) => node.type === 'TOMLTable' && isDeepStrictEqual(node.resolvedKey, parent),
  );
  const line = `${dotted([...(sibling?.keys.slice(0, -1) ?? []), ...steps.slice(-1)])} = ${tomlOf(value)}`;
  if (sibling) return insertLine(text, sibling.node.range[1], line);
  if (section) return insertLine(text, section.key.range[1], line);
  return newSection(text, `[${dotted(parent)}]`, line);
}

function statementsOf(node: AST.TOMLKeyValue, section: readonly string[]): Statement[] {
  const keys = node.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value));
  const path = [...section, ...keys];
  const inner = node.value.type === 'TOMLInlineTable' ? node.value.body : [];
  return [{ path, keys, node }, ...inner.flatMap((nested) => statementsOf(nested, path))];
}

function splice(text: string, [start, end]: AST.Range, replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

function intoInlineTable(text: string, { body, range }: AST.TOMLInlineTable, statement: string): string {
  const last = body.at(-1);
  if (!last) return splice(text, range, `{ ${statement} }`);
  return splice(text, [last.range[1], last.range[1]], `, ${statement}`);
}

/** Puts a line behind the one on which something ends. */
function insertLine(text: string, end: number, line: string): string {
  const lineEnd = text.indexOf('\n', end);
  const newline = newlineOf(text);
  if (lineEnd < 0) return `${text}${newline}${line}${newline}`;
  return splice(text, [lineEnd + 1, lineEnd + 1], line + newline);
}

function newSection(text: string, header: string, line: string): string {
  const newline = newlineOf(text);
  const before = text === '' ? '' : text.endsWith('\n') ? newline : newline + newline;
  return text + before + header + newline + line + newline;
}

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** A value on one line. */
function tomlOf(value: unknown): string {
  return stringify({ value }).trim().slice('value = '.length);
}
