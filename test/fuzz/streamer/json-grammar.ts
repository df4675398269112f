// JSON by a schema of the OpenAPI description: mostly valid, and wrong in every way that a validator could trip over.
import type { Random } from '../random.js';

export interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
}

const oddNames = ['__proto__', 'constructor', 'toString', '', 'é', '\u2028', 'x'.repeat(2000)] as const;

const oddValues: readonly [unknown, ...unknown[]] = [
  null,
  ...[true, -1, 0.5, 1e308, 2 ** 53, '', '0', 'NaN', [], {}, { toString: 5 }, [[[[]]]]],
  ...['\0', '\ud800', 'x'.repeat(5000), '../../etc/passwd', '<script>', '${7*7}', '%00'],
  ...[Array(300).fill(0), { a: { b: { c: {} } } }],
];

export function valueBySchema(random: Random, schema: JsonSchema, depth = 0): unknown {
  if (depth > 6 || random.oneIn(12)) return random.pick(oddValues);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return valueBySchema(random, choices[random.below(choices.length)] ?? {}, depth + 1);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[random.below(schema.enum.length)];
  const { minimum = 0, maximum = 100 } = schema;
  if (schema.type === 'object') return objectBySchema(random, schema, depth);
  if (schema.type === 'array')
    return Array.from({ length: random.below(4) }, () =>
      valueBySchema(random, schema.items ?? {}, depth + 1),
    );
  if (schema.type === 'number' || schema.type === 'integer')
    return minimum + random.below(Math.min(Math.max(maximum - minimum + 1, 1), 2 ** 31));
  return schema.type === 'boolean' ? random.oneIn(2) : random.pick(['a', '127.0.0.1', 'camera1', '']);
}

function objectBySchema(random: Random, { properties = {} }: JsonSchema, depth: number): unknown {
  const entries = Object.entries(properties)
    .filter(() => !random.oneIn(4))
    .map(([name, schema]) => [name, valueBySchema(random, schema, depth + 1)] as const);
  if (random.oneIn(10)) entries.push([random.pick(oddNames), random.pick(oddValues)]);
  return Object.fromEntries(entries);
}

/** The text of a value; now and then it is none, is nested without an end, or names a key twice. */
export function jsonText(random: Random, value: unknown): string {
  const text = JSON.stringify(value);
  const way = random.below(40);
  if (way === 0) return text.slice(0, random.below(text.length + 1));
  if (way === 1) return '['.repeat(1 + random.below(100_000));
  if (way === 2) return `{"__proto__":${text},"__proto__":${text}}`;
  if (way === 3) return `\ufeff${text}`;
  if (way === 4) return `${text}${' '.repeat(random.below(200_000))}`;
  return way === 5 ? '{"a":'.repeat(3000) : text;
}
