// HTTP/1.1 by its grammar (RFC 9112), for the operations of an OpenAPI description: mostly right requests, and heads, bodies
// and chunks that contradict themselves.
import { offer } from '../../outputs/webrtc/offers.js';
import type { Random } from '../random.js';
import { offerByGrammar } from '../sdp-grammar.js';
import { jsonText, valueBySchema, type JsonSchema } from './json-grammar.js';

export interface Operation {
  readonly method: string;
  /** With parameters as `{id}`. */
  readonly path: string;
  /** Of its JSON body. */
  readonly body: JsonSchema;
}

interface Described {
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>> };
}

/** Of GET /api/openapi.json. */
export interface ApiDescription {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
}

/** Those of the description, and the routes that it leaves out. */
export function operationsOf({ paths }: ApiDescription): [Operation, ...Operation[]] {
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      body: requestBody?.content?.['application/json']?.schema ?? {},
    })),
  );
  const others = ['/', '/viewer.js', '/api/openapi.json', '/docs', '/favicon.ico', '/../etc/passwd', '/ws'];
  return [
    { method: 'PATCH', path: '/whep/{id}/{session}', body: {} },
    ...others.map((path) => ({ method: 'GET', path, body: {} })),
    ...described,
  ];
}

const oddSegments = [
  '..',
  '%2e%2e',
  '%00',
  '%',
  '%ff',
  '__proto__',
  '*',
  'é',
  'x'.repeat(3000),
  '',
  '0',
] as const;
const parameters: Readonly<Record<string, readonly [string, ...string[]]>> = {
  id: ['camera1', 'camera2', 'camera1', 'camera9', 'constructor'],
  file: ['camera1.mjpg', 'camera2.mjpg', 'camera1.jpg', 'camera9.mjpg'],
  host: ['127.0.0.1', '%3A%3A1', 'localhost', '0.0.0.0'],
  port: ['9', '0', '65536', '-1', 'x'],
  session: ['00000000-0000-4000-8000-000000000000', 'x'],
};
const queries = [
  '',
  '',
  '',
  '?login',
  '?a=1&a=2',
  '?a[b]=1',
  `?${'a=1&'.repeat(2000)}`,
  '?%',
  '?__proto__=1',
] as const;

function target(random: Random, path: string): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    random.oneIn(15) ? random.pick(oddSegments) : random.pick(parameters[name] ?? oddSegments),
  );
  if (random.oneIn(60))
    return random.pick(['*', 'http://x/', `//${filled}`, `http://127.0.0.1${filled}`, '', ' ']);
  return filled + random.pick(queries);
}

function authorization(random: Random): string {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  return random.pick([
    ...[
      'Bearer x',
      `Bearer ${'x'.repeat(5000)}`,
      'Bearer',
      'Basic',
      'Basic ****',
      'Digest a="b"',
      'Bearer a, Basic b',
    ],
    ...[basic('owner:wrong'), basic('owner'), basic(':'), basic('\0:\0'), basic(`owner:${'x'.repeat(3000)}`)],
  ] as [string, ...string[]]);
}

function headers(random: Random): string[] {
  const some: string[] = [
    `Host: ${random.oneIn(15) ? random.pick(['', 'evil.example', 'a b', '[::1', '127.0.0.1:x']) : '127.0.0.1'}`,
  ];
  const add = (odds: number, line: () => string): void => {
    if (random.oneIn(odds)) some.splice(random.below(some.length + 1), 0, line());
  };
  add(6, () => `Authorization: ${authorization(random)}`);
  add(
    8,
    () => `Origin: ${random.pick(['null', 'http://127.0.0.1', 'http://evil.example', 'x', 'http://[::1'])}`,
  );
  add(
    8,
    () => `Connection: ${random.pick(['close', 'keep-alive', 'Upgrade', 'close, keep-alive', 'Host', ''])}`,
  );
  add(12, () => `Upgrade: ${random.pick(['websocket', 'h2c', 'foo', 'TLS/1.0', ''])}`);
  add(12, () => `Expect: ${random.pick(['100-continue', '200-ok', ''])}`);
  add(
    10,
    () => `Range: bytes=${random.pick(['0-0', '-1', '9-1', '0-,0-,0-', '0-99999999999999999999', 'x'])}`,
  );
  add(10, () => `X-Forwarded-For: ${random.pick(['127.0.0.1', '::1', 'x', '1, 2, 3'])}`);
  add(12, () => `Accept: ${random.pick(['*/*', 'text/event-stream', 'x', ';;;', 'a/b,'.repeat(500)])}`);
  add(12, () => `Accept-Encoding: ${random.pick(['gzip', 'br;q=x', '*', 'identity;q=0'])}`);
  add(15, () => `If-None-Match: ${random.pick(['*', 'W/"x"', '"'.repeat(100)])}`);
  add(15, () => `Access-Control-Request-Method: ${random.pick(['PUT', 'é', ''])}`);
  add(25, () =>
    random.pick([
      'Host: again',
      'X: \0',
      'X : y',
      ' folded',
      'X',
      `X: ${'y'.repeat(20_000)}`,
      ': x',
      'X: \r y',
    ]),
  );
  add(60, () => Array.from({ length: 3000 }, (_, i) => `X${String(i)}: y`).join('\r\n'));
  return some;
}

function chunks(random: Random, body: string): string {
  const half = random.below(body.length + 1);
  const size = (part: string): string =>
    random.oneIn(10)
      ? random.pick(['-1', 'ffffffffffffffff', '0x1', '', 'g', '1;x="y', `0;${'x'.repeat(20_000)}`])
      : Buffer.byteLength(part).toString(16);
  const parts = [body.slice(0, half), body.slice(half)].filter((part) => part !== '');
  const trailer = random.oneIn(10)
    ? random.pick(['X: y\r\n', 'Content-Length: 5\r\n', 'x'.repeat(5000)])
    : '';
  return `${parts.map((part) => `${size(part)}\r\n${part}\r\n`).join('')}0\r\n${trailer}\r\n`;
}

/** The head's lines for a body, and the body as it is sent. Sometimes these contradict each other. */
function framed(random: Random, body: string): [lines: string[], sent: string] {
  const bytes = String(Buffer.byteLength(body));
  const way = random.below(20);
  if (way < 12) return [[`Content-Length: ${bytes}`], body];
  if (way < 15) return [['Transfer-Encoding: chunked'], chunks(random, body)];
  if (way === 15) return [[`Content-Length: ${bytes}`, 'Transfer-Encoding: chunked'], chunks(random, body)];
  if (way === 16)
    return [[`Content-Length: ${random.pick(['-1', '+5', '1e3', '5, 5', '99999999999', 'x', ''])}`], body];
  if (way === 17) return [['Content-Length: 0', `Content-Length: ${bytes}`], body];
  if (way === 18)
    return [[`Transfer-Encoding: ${random.pick(['gzip, chunked', 'x', 'chunked, chunked', ' '])}`], body];
  return [[`Content-Length: ${String(10_000_000)}`], body];
}

/** One request. */
export function requestByGrammar(random: Random, operations: readonly [Operation, ...Operation[]]): string {
  const operation = random.pick(operations);
  const strange = [
    'HEAD',
    'OPTIONS',
    'PUT',
    'TRACE',
    'CONNECT',
    'get',
    'PRI',
    'M-SEARCH',
    'X'.repeat(300),
    '',
  ] as const;
  const method = random.oneIn(8) ? random.pick(strange) : operation.method;
  const version = random.oneIn(20)
    ? random.pick(['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.2', 'RTSP/1.0', 'x'])
    : 'HTTP/1.1';
  const isSdp = operation.path.startsWith('/whep') || random.oneIn(20);
  const sdp = (): string => (random.oneIn(3) ? offer() : offerByGrammar(random));
  const body = isSdp ? sdp() : jsonText(random, valueBySchema(random, operation.body));
  const hasBody = !['GET', 'HEAD', 'OPTIONS'].includes(method) || random.oneIn(10);
  const [lines, sent] = hasBody ? framed(random, body) : [[], ''];
  const usual = isSdp ? 'application/sdp' : 'application/json';
  const odd = [
    'text/plain',
    'x',
    '',
    'application/json; charset=utf-7',
    'multipart/form-data',
    'a/b;'.repeat(500),
  ] as const;
  const type = hasBody ? [`Content-Type: ${random.oneIn(10) ? random.pick(odd) : usual}`] : [];
  const head = [
    `${method} ${target(random, operation.path)} ${version}`,
    ...headers(random),
    ...type,
    ...lines,
  ];
  return `${head.join(random.oneIn(40) ? '\n' : '\r\n')}\r\n\r\n${sent}`;
}

/** What other protocols begin with. */
export function otherProtocol(random: Random): string {
  return random.pick([
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' + '\x01'.repeat(random.below(500)),
    'GET /\r\n',
    '\r\n'.repeat(random.below(3000)),
    '\x05\x01\x00',
    'SSH-2.0-x\r\n',
    'x'.repeat(random.below(100_000)),
    '\0'.repeat(random.below(3000)),
    'DESCRIBE rtsp://127.0.0.1/ RTSP/1.0\r\nCSeq: 1\r\n\r\n',
  ]);
}
