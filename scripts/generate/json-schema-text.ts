/** What the routes use of JSON Schema (2020-12). */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: string | number | boolean | null;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly maxLength?: number;
}

/** A field of an object, however deep. */
export interface Field {
  /** `a.b`, `a[].b`, `a.*.b` where names are not fixed; `?` behind what may be absent. */
  readonly path: string;
  readonly schema: Schema;
}

/** The fields of an object, or of the objects in an array, those of objects in them after each. */
export function fieldsOf(schema: Schema, path = ''): Field[] {
  if (schema.items) return fieldsOf(schema.items, `${path}[]`);
  if (typeof schema.additionalProperties === 'object')
    return fieldsOf(schema.additionalProperties, path === '' ? '*' : `${path}.*`);
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const mark = schema.required?.includes(name) === true ? '' : '?';
    const below = path === '' ? name : `${path}.${name}`;
    return [{ path: below + mark, schema: field }, ...fieldsOf(field, below)];
  });
}

const isSafe = (bound: number | undefined): bound is number =>
  bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;

/** Such as "integer, 1 to 100". */
export function typeOf(schema: Schema): string {
  if (schema.enum) return `one of ${schema.enum.map((value) => `\`${String(value)}\``).join(', ')}`;
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' or ');
  if (schema.items) return `array of ${plural(typeOf(schema.items))}`;
  if (typeof schema.additionalProperties === 'object')
    return `object: names and ${plural(typeOf(schema.additionalProperties))}`;
  return `${schema.type ?? 'anything'}${rangeOf(schema)}`;
}

function rangeOf({ minimum, maximum }: Schema): string {
  if (isSafe(minimum) && isSafe(maximum)) return `, ${String(minimum)} to ${String(maximum)}`;
  if (isSafe(minimum)) return `, at least ${String(minimum)}`;
  return isSafe(maximum) ? `, at most ${String(maximum)}` : '';
}

function plural(type: string): string {
  return /^(string|number|integer|boolean|object)$/.test(type) ? `${type}s` : type;
}
