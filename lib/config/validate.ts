import type { z } from 'zod';
import { shown, type Problem } from './problem.js';
import { describeSections, type KeyReference } from './reference.js';
import {
  cameraNumberOf,
  fileSchema,
  foreignSectionPattern,
  isCameraName,
  type CameraName,
  type FileConfig,
} from './schema/file.js';
import { accessName } from './schema/server.js';
import { suggestKey } from './suggest.js';
import { dotted, isTable, valueAt, type Path } from './toml.js';

export type Validation =
  | { readonly ok: true; readonly file: FileConfig; readonly cameras: readonly CameraName[] }
  | { readonly ok: false; readonly problems: readonly [Problem, ...Problem[]] };

/** What is allowed does not depend on the camera, so that camera1 stands for all. */
const schemaKeys = describeSections(fileSchema(['camera1'])).flatMap((section) => section.keys);

/** Checks a parsed file against the schema and fills in the defaults. */
export function validate(table: Readonly<Record<string, unknown>>): Validation {
  const cameras = camerasOf(table);
  const own = Object.entries(table).filter(([name]) => !foreignSectionPattern.test(name));
  const result = fileSchema(cameras).safeParse(Object.fromEntries(own));
  if (result.success) return { ok: true, file: result.data, cameras };
  const [first, ...others] = result.error.issues.flatMap((issue) => problemsOf(issue, table));
  // A failed check without an issue would be a fault of the schema library.
  if (!first) throw result.error;
  return { ok: false, problems: [first, ...others] };
}

/** The cameras that a file describes, by number. Without any it is the Go system's pair. */
function camerasOf(table: Readonly<Record<string, unknown>>): CameraName[] {
  const rtp = table['mjpeg-rtp'];
  const names = new Set(
    [...Object.keys(table), ...(isTable(rtp) ? Object.keys(rtp) : [])].filter(isCameraName),
  );
  if (names.size === 0) return ['camera1', 'camera2'];
  return [...names].sort((a, b) => cameraNumberOf(a) - cameraNumberOf(b));
}

function problemsOf(issue: z.core.$ZodIssue, table: unknown): Problem[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => unknownKey([...path, name], table));
  return [invalidValue(path, table)];
}

function unknownKey(path: Path, table: unknown): Problem {
  const kind = isTable(valueAt(table, path)) ? 'section' : 'key';
  const suggestion = suggestKey(path.map(String));
  const remedy =
    suggestion === undefined ? 'remove it, or see docs/configuration.md' : `did you mean ${suggestion}?`;
  const message = `unknown ${kind} ${shownPath(path, keyOf(path))}; ${remedy}`;
  return { code: 'ERR_CONFIG_UNKNOWN_KEY', path, message };
}

function invalidValue(path: Path, table: unknown): Problem {
  const key = keyOf(path);
  const allowed = key?.allowed ?? 'a table of keys';
  // The value may lie inside that of the key: one of the controls.
  const owner = key && key.path.length < path.length ? `${dotted(path.slice(0, key.path.length))} ` : '';
  const message = `${shownPath(path, key)} is ${shownValue(valueAt(table, path), key)}, but ${owner}must be ${allowed}`;
  return { code: 'ERR_CONFIG_INVALID', path, message };
}

/** The key at this path, or the one whose value it lies in. */
function keyOf(path: Path): KeyReference | undefined {
  const steps = path.map((step) => (isCameraName(String(step)) ? 'camera1' : String(step)));
  return schemaKeys.find((known) => known.path.every((step, index) => steps[index] === step));
}

/** A text in place of a whole section is not shown either: it may hold secrets. */
function shownValue(value: unknown, key: KeyReference | undefined): string {
  if (key?.info.isSecret) return 'of a wrong form';
  return key || typeof value !== 'string' ? shown(value) : 'a string';
}

/** In a table of secrets, what can be no name may be a secret in its place. */
function shownPath(path: Path, key: KeyReference | undefined): string {
  if (!key?.info.isSecret) return dotted(path);
  return dotted(
    path.map((step, index) => (index < key.path.length || accessName.safeParse(step).success ? step : '...')),
  );
}
