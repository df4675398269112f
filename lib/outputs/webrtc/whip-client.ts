// The HTTP of WHIP (RFC 9725), without WebRTC. Nothing of it throws on what the network brings.
import { publicUrl } from '../../util/public-url.js';

export interface WhipEndpoint {
  readonly url: string;
  /** Sent to the endpoint's origin only. */
  readonly token?: string | undefined;
}

export interface WhipFailure {
  /** One line, in which neither the token nor the URL's query stands. */
  readonly reason: string;
  /** The server does not want this (4xx): soon again won't help. */
  readonly isRefusal: boolean;
  /** What the server asked for. */
  readonly retryAfterMs?: number;
}

export type WhipReply =
  /** The session is what DELETE ends; undefined where the server names none, or one of another origin. */
  | { readonly ok: true; readonly answerSdp: string; readonly session: URL | undefined }
  | ({ readonly ok: false } & WhipFailure);

const sdp = 'application/sdp';
const maxRedirects = 5;
/** Answers have a few thousand bytes. */
const maxAnswerBytes = 64 * 1024;
/** Enough to find a token in it. */
const maxReasonBytes = 16 * 1024;
const maxReasonLength = 160;

/**
 * Offers a session (RFC 9725 section 4.2).
 *
 * @param timeoutMs - for all of it, redirects and the answer's body included
 * @param signal - gives up
 */
export async function postOffer(
  endpoint: WhipEndpoint,
  offerSdp: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<WhipReply> {
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const reached = await request(endpoint, new URL(endpoint.url), 'POST', within, offerSdp);
    return 'reason' in reached ? failed(reached.reason) : await readReply(reached, endpoint);
  } catch (error) {
    return failed(reasonOf(error, endpoint, timeoutMs));
  }
}

/**
 * Ends a session, as far as that can be done in time.
 *
 * @returns why it could not be; nothing when it has ended
 */
export async function deleteSession(
  endpoint: WhipEndpoint,
  session: URL,
  timeoutMs: number,
): Promise<string | undefined> {
  try {
    const reached = await request(endpoint, session, 'DELETE', AbortSignal.timeout(timeoutMs));
    if ('reason' in reached) return reached.reason;
    await reached.response.body?.cancel();
    return reached.response.ok ? undefined : `the server answers ${String(reached.response.status)}`;
  } catch (error) {
    return reasonOf(error, endpoint, timeoutMs);
  }
}

interface Reached {
  readonly response: Response;
  /** Where redirects led to. */
  readonly url: URL;
}

/**
 * Follows redirects with method and body kept (RFC 9725 section 4.5): within the endpoint's origin, and from https to
 * https. Another server may be inside the network that we are in, and a certificate shows that it is the one named.
 *
 * @throws whatever fetch() throws
 */
async function request(
  endpoint: WhipEndpoint,
  first: URL,
  method: 'POST' | 'DELETE',
  signal: AbortSignal,
  body?: string,
): Promise<Reached | { readonly reason: string }> {
  let url = first;
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const hasToken = endpoint.token !== undefined && isOfEndpoint(url, endpoint);
    const headers = {
      ...(body !== undefined && { 'Content-Type': sdp, Accept: sdp }),
      ...(hasToken && { Authorization: `Bearer ${endpoint.token ?? ''}` }),
    };
    const response = await fetch(url, {
      ...{ method, headers, signal, redirect: 'manual' },
      ...(body !== undefined && { body }),
    });
    if (response.status !== 307 && response.status !== 308) return { response, url };
    await response.body?.cancel();
    const next = resolved(response.headers.get('location'), url);
    if (!next) return { reason: `the server answers ${String(response.status)} and names no other place` };
    if (next.origin !== url.origin && !(url.protocol === 'https:' && next.protocol === 'https:')) {
      const reason = `the server redirects to ${next.origin}, and to another server only https to https is followed`;
      return { reason: `${reason}; set whip_url to an address there` };
    }
    url = next;
  }
  return { reason: `the server redirects more than ${String(maxRedirects)} times` };
}

function isOfEndpoint(url: URL, endpoint: WhipEndpoint): boolean {
  return url.origin === new URL(endpoint.url).origin;
}

async function readReply({ response, url }: Reached, endpoint: WhipEndpoint): Promise<WhipReply> {
  const { status, statusText, headers } = response;
  if (status !== 201) {
    // A redirect may lead inside a network, and everybody who may look can read our state.
    const isShown = isOfEndpoint(url, endpoint);
    if (!isShown) await response.body?.cancel();
    const text = isShown ? await readText(response, maxReasonBytes) : { text: '', isCut: false };
    const line = firstLine(text, secretsOf(endpoint));
    const words = isShown ? printable(withoutSecrets(statusText, secretsOf(endpoint))) : '';
    const reason = `the server answers ${[String(status), words].join(' ').trim()}${line && `: ${line}`}`;
    const retryAfterMs = readRetryAfter(headers.get('retry-after'));
    return {
      ...failed(reason),
      isRefusal: status >= 400 && status < 500,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
  }
  // DELETE is sent only to the origin that has answered.
  const location = resolved(headers.get('location'), url);
  const session = location?.origin === url.origin ? location : undefined;
  const answerSdp = isSdp(headers.get('content-type')) ? await readText(response, maxAnswerBytes) : '';
  if (answerSdp && !answerSdp.isCut) return { ok: true, answerSdp: answerSdp.text, session };
  await response.body?.cancel().catch(() => undefined);
  if (session) await deleteSession(endpoint, session, 1000);
  return failed(
    answerSdp
      ? `the answer has more than ${String(maxAnswerBytes)} bytes`
      : 'the server answers with something that is not application/sdp',
  );
}

function failed(reason: string): { readonly ok: false } & WhipFailure {
  return { ok: false, reason, isRefusal: false };
}

/** Of http or https; nothing when it is not. */
function resolved(location: string | null, base: URL): URL | undefined {
  if (location === null || !URL.canParse(location, base.href)) return undefined;
  const url = new URL(location, base);
  // fetch() takes no URL with a password, and would name it in its error.
  url.username = url.password = '';
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}

function isSdp(contentType: string | null): boolean {
  return contentType?.split(';')[0]?.trim().toLowerCase() === sdp;
}

interface Text {
  readonly text: string;
  readonly isCut: boolean;
}

async function readText({ body }: Response, maxBytes: number): Promise<Text> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let isCut = false;
  if (body) {
    // Leaving the loop early ends the body.
    for await (const chunk of body as ReadableStream<Uint8Array>) {
      chunks.push(chunk);
      bytes += chunk.length;
      isCut = bytes > maxBytes;
      if (isCut) break;
    }
  }
  return { text: Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8'), isCut };
}

/** Of what a server says, what can be shown; empty for web pages. */
function firstLine({ text }: Text, secrets: readonly string[]): string {
  const shown = withoutSecrets(text, secrets);
  const line = shown.split(/[\r\n]+/).find((part) => part.trim() !== '') ?? '';
  if (line.trimStart().startsWith('<')) return '';
  return printable(line);
}

/** Without control characters, and not long. */
function printable(text: string): string {
  return text
    .replace(/[^\x20-\x7e\u00a1-\u00ac\u00ae-\u200a\u2010-\u2027\u2030-\u205f\u2070-\ud7ff]+/g, ' ')
    .trim()
    .slice(0, maxReasonLength);
}

/** The token, the query, and each value in it, the longest first. Shorter values are words that anybody may say. */
function secretsOf({ url, token = '' }: WhipEndpoint): string[] {
  const { search, searchParams } = new URL(url);
  return [token, search, ...searchParams.values()]
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .filter(({ length }) => length >= 4)
    .sort((a, b) => b.length - a.length);
}

/** A server may repeat what it was told. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((result, secret) => result.replaceAll(secret, '...'), text);
}

/** RFC 9110 section 10.2.3: seconds, or a date. */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? 1000 * Number(value) : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(ms, 0) : undefined;
}

/** What fetch() threw, without what it may quote. */
function reasonOf(error: unknown, { url }: WhipEndpoint, timeoutMs: number): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'TimeoutError') return `no answer within ${String(timeoutMs / 1000)} s`;
  if (name === 'AbortError') return 'given up';
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'the connection broke';
  return `${publicUrl(url)} cannot be reached: ${code}`;
}
