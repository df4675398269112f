import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether what a request changes is asked for by a page of ours, by one that may, or by no page at all. Browsers tell by
 * Origin (RFC 6454) and Sec-Fetch-Site.
 *
 * @param allowed - origins, or `*`
 */
export function isOwnOrigin(
  { origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders,
  protocol: string,
  allowed: readonly string[],
): boolean {
  if (allowed.includes('*')) return true;
  if (origin === undefined) return site === undefined || site === 'same-origin' || site === 'none';
  return origin === `${protocol}://${host ?? ''}` || allowed.includes(origin);
}

/**
 * Whether a WebSocket is opened by a page of the same host, on whatever port, by one that may, or by no page at all.
 * Browsers let any page open one.
 *
 * @param allowed - origins, or `*`
 */
export function isOwnSite({ origin, host = '' }: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return true;
  const own = `http://${host}`; // which may be no URL: a port of 99999, an address of 300.1.1.1
  return URL.canParse(origin) && URL.canParse(own) && new URL(origin).hostname === new URL(own).hostname;
}
