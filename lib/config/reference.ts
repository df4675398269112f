import { z } from 'zod';
import { keyInfo, type KeyInfo } from './key-info.js';

/** What a file may hold, read from the schema: for messages, the sample file and the documentation. */
export interface KeyReference {
  readonly path: readonly string[];
  readonly info: KeyInfo;
  /** The values that are allowed, to be read after "must be". */
  readonly allowed: string;
  /** Undefined where there is none; where it depends on the camera, see `info.defaultText`. */
  readonly defaultValue: unknown;
}

export interface SectionReference {
  readonly path: readonly string[];
  readonly info: KeyInfo;
  /** Its own keys, without those of the sections inside it. */
  readonly keys: readonly KeyReference[];
}

type Schema = z.core.$ZodType;

/** All sections of a file, outer before inner. The file itself has no keys outside of them. */
export function describeSections(schema: Schema, path: readonly string[] = []): SectionReference[] {
  const object = unwrap(schema);
  if (!(object instanceof z.ZodObject)) return [];
  const keys: KeyReference[] = [];
  const inner: SectionReference[] = [];
  for (const [name, field] of Object.entries<Schema>(object.shape)) {
    const fieldPath = [...path, name];
    if (unwrap(field) instanceof z.ZodObject) inner.push(...describeSections(field, fieldPath));
    else keys.push(describeKey(field, fieldPath));
  }
  const info = keyInfo(schema) ?? { meaning: '' };
  return path.length === 0 ? inner : [{ path, info, keys }, ...inner];
}

function describeKey(schema: Schema, path: readonly string[]): KeyReference {
  const info = keyInfo(schema) ?? { meaning: '' };
  return { path, info, allowed: info.allowed ?? allowedValues(schema), defaultValue: defaultOf(schema) };
}

/** The values that a schema allows, in words, to be read after "must be". */
export function allowedValues(schema: Schema): string {
  const type = unwrap(schema);
  if (type instanceof z.ZodNumber) return allowedNumbers(type);
  if (type instanceof z.ZodEnum)
    return `one of ${type.options.map((option) => JSON.stringify(option)).join(', ')}`;
  if (type instanceof z.ZodBoolean) return 'true or false';
  if (type instanceof z.ZodString) return 'a string';
  return 'another value';
}

function allowedNumbers(type: z.ZodNumber): string {
  const kind = type.format === 'safeint' ? 'a whole number' : 'a number';
  const minimum = type.minValue ?? -Infinity;
  const maximum = type.maxValue ?? Infinity;
  if (Math.abs(maximum) >= Number.MAX_SAFE_INTEGER) return `${kind} of at least ${String(minimum)}`;
  return `${kind} from ${String(minimum)} to ${String(maximum)}`;
}

function defaultOf(schema: Schema): unknown {
  return schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
}

function unwrap(schema: Schema): Schema {
  const isWrapper =
    schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return isWrapper ? unwrap(schema.unwrap()) : schema;
}
