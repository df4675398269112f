import { z } from 'zod';

/** When a key does something. Said in the sample file, the reference and the editors' schema. */
export const effects = {
  now: 'now',
  none: 'never, accepted for files of the Go system',
} as const;

export type Effect = keyof typeof effects;

/** What is known of a key beyond its type, range and default, which the schema itself holds. */
export interface KeyInfo {
  /** One sentence. */
  readonly meaning: string;
  readonly unit?: string;
  /** The values that are allowed, where the type and range do not say it all. */
  readonly allowed?: string;
  /** The default in words, where it is not a constant. */
  readonly defaultText?: string;
  /** A value for the sample file, where the default is not one that could be written there. */
  readonly example?: unknown;
  /** Whether a value, or anything in a table, is never to be shown: not in messages, and not by the web server. */
  readonly isSecret?: boolean;
  /** Absent means now. */
  readonly effect?: Effect;
}

const infos = z.registry<KeyInfo>();

/** Describes a key or section of the file. Returns a schema of its own, so that fields can be shared. */
export function key<T extends z.ZodType>(schema: T, info: KeyInfo): T {
  const unit = info.unit === undefined ? '' : ` Unit: ${info.unit}.`;
  const effect = effectOf(info) === 'now' ? '' : ` Takes effect ${effects[effectOf(info)]}.`;
  const described = schema.describe(`${info.meaning}${unit}${effect}`);
  infos.add(described, info);
  return described;
}

export function keyInfo(schema: z.core.$ZodType): KeyInfo | undefined {
  return infos.get(schema);
}

export function effectOf(info: KeyInfo): Effect {
  return info.effect ?? 'now';
}
