/** What a parser of network input answers: it never throws. */
export type ParseResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

export function parsed<T>(value: T): ParseResult<T> {
  return { ok: true, value };
}

export function malformed<T>(reason: string): ParseResult<T> {
  return { ok: false, reason };
}
