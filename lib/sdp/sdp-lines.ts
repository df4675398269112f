// The lines of a session description (RFC 8866 section 5), which its parsers share.

/** Longer descriptions are refused. Browsers with many codecs send about 10 KiB. */
export const maxDescriptionLength = 65_536;
/** A browser with many codecs and networks writes some hundreds. */
const maxLines = 3000;

/** Lines without their ends. */
export type Lines = readonly string[];

export interface DescriptionLines {
  /** The lines in front of the first media section, which hold where a section says nothing. */
  readonly session: Lines;
  /** The media sections, each from its `m=` line on. */
  readonly media: readonly Lines[];
}

/** Splits a description into its sections. Undefined when it does not begin with `v=0`, or has too many lines. */
export function splitDescription(text: string): DescriptionLines | undefined {
  const lines = text.split('\n', maxLines + 1).map((line) => line.trimEnd());
  if (lines[0] !== 'v=0' || lines.length > maxLines) return undefined;
  const starts = lines.flatMap((line, i) => (line.startsWith('m=') ? [i] : []));
  return {
    session: lines.slice(0, starts[0] ?? lines.length),
    media: starts.map((start, i) => lines.slice(start, starts[i + 1] ?? lines.length)),
  };
}

/** The values of an attribute (RFC 8866 section 5.13). */
export function valuesOf(lines: Lines, attribute: string): string[] {
  const prefix = `a=${attribute}:`;
  return lines.flatMap((line) => (line.startsWith(prefix) ? [line.slice(prefix.length)] : []));
}

/** The first value of an attribute that has this form. */
export function firstValueOf(lines: Lines, attribute: string, pattern: RegExp): RegExpExecArray | undefined {
  return firstOf(valuesOf(lines, attribute), pattern);
}

/** The first text that has this form. */
export function firstOf(texts: Lines, pattern: RegExp): RegExpExecArray | undefined {
  for (const text of texts) {
    const match = pattern.exec(text);
    if (match) return match;
  }
  return undefined;
}

/** RTP header extensions with their local identifiers (RFC 8285 section 5). */
export function headerExtensionsOf(lines: Lines): { id: number; uri: string }[] {
  return valuesOf(lines, 'extmap').flatMap((value) => {
    const [, id, uri] = /^(\d{1,3})(?:\/\w+)? (\S+)/.exec(value) ?? [];
    return id !== undefined && uri !== undefined && Number(id) >= 1 ? [{ id: Number(id), uri }] : [];
  });
}
