// What a media server may answer to WHIP (RFC 9725): mostly what the RFC has, with one thing wrong.
import { gzipSync } from 'node:zlib';
import type { Random } from '../random.js';
import { answerByGrammar } from '../sdp-grammar.js';

/** 20 MB that become 20 kB. */
const bomb = gzipSync(Buffer.alloc(20_000_000));

export interface WhipAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

function location(random: Random, origin: string): string {
  const session = `/whip/${String(random.below(1000))}`;
  return random.pick([
    ...[
      session,
      session,
      `${origin}${session}`,
      `http://127.0.0.1:9${session}`,
      `http://user:word@127.0.0.1/`,
      `//x${session}`,
    ],
    ...[
      '',
      ' ',
      '?',
      '#',
      'file:///etc/passwd',
      'javascript:1',
      'http://[',
      'http://127.0.0.1:99999/',
      '../'.repeat(200),
    ],
    ...[`/${'x'.repeat(6000)}`, '/%00', '/\t'],
  ] as [string, ...string[]]);
}

function withSdp(random: Random, origin: string, offerSdp: string): WhipAnswer {
  const type = random.oneIn(10)
    ? random.pick(['text/html', '', 'application/SDP; x=y', 'sdp'])
    : 'application/sdp';
  const headers = { 'content-type': type, ...(!random.oneIn(10) && { location: location(random, origin) }) };
  const body = answerByGrammar(random, offerSdp);
  if (random.oneIn(15))
    return { status: 201, headers: { ...headers, 'content-encoding': 'gzip' }, body: bomb };
  if (random.oneIn(15))
    return {
      status: 201,
      headers: { ...headers, 'content-encoding': random.pick(['gzip', 'br', 'x']) },
      body,
    };
  const long = random.oneIn(15) ? 'a=x\r\n'.repeat(30_000) : '';
  return { status: random.oneIn(20) ? random.pick([200, 202, 204, 206]) : 201, headers, body: body + long };
}

function refusal(random: Random): WhipAnswer {
  const retryAfter = random.pick([
    '0',
    '1',
    '-1',
    '1e9',
    'x',
    'Thu, 01 Jan 1970 00:00:00 GMT',
    '9'.repeat(400),
  ]);
  const texts = [
    '',
    'no',
    '<html>',
    '\x1b[31m red \x07',
    '\0'.repeat(100),
    '\n\nline',
    '\u202egnp',
    'x'.repeat(100_000),
  ] as const;
  return {
    status: random.pick([300, 301, 302, 304, 400, 401, 404, 409, 418, 429, 500, 503, 599]),
    headers: { 'content-type': 'text/plain', ...(random.oneIn(2) && { 'retry-after': retryAfter }) },
    body: random.pick(texts),
  };
}

/** @param origin - of the server */
export function whipAnswer(random: Random, origin: string, offerSdp: string): WhipAnswer {
  const way = random.below(10);
  if (way < 6) return withSdp(random, origin, offerSdp);
  if (way > 7) return refusal(random);
  const headers = random.oneIn(10) ? {} : { location: location(random, origin) };
  return { status: random.pick([307, 308]), headers, body: '' };
}

/** Bytes in place of an answer of HTTP. */
export function noHttp(random: Random): string {
  const head = 'HTTP/1.1 201 Created\r\n';
  return random.pick([
    '',
    'x'.repeat(random.below(100_000)),
    'HTTP/1.1 201',
    'HTTP/9.9 999 \x1b[31m\r\n\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n'.repeat(random.below(200)),
    `${head}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef`,
    `${head}Content-Length: -1\r\n\r\n`,
    `${head}Content-Length: 99999999999\r\nContent-Type: application/sdp\r\n\r\nv=0`,
    `${head}Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n`,
    `${head}Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n`,
    `${head}${'X: y\r\n'.repeat(5000)}\r\n`,
    `${head}X: ${'y'.repeat(200_000)}\r\n\r\n`,
    `${head}Location: /\x01\x7f\r\nLocation: /b\r\n\r\n`,
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
  ]);
}
