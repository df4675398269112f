import { request, type IncomingMessage } from 'node:http';
import type { Random } from '../random.js';
import { attackersAddress } from './attacker.js';

export interface Exchange {
  /** 0: there was no answer in time. */
  readonly status: number;
  readonly location: string;
  readonly body: string;
}

const nothing: Exchange = { status: 0, location: '', body: '' };
const timeoutMs = 1000;
const maxBodyBytes = 100_000;

/** A request as HTTP wants it, from one of the attackers' addresses. Now and then it is given up half-way. */
export async function exchange(
  random: Random,
  { port, method, path, body = '' }: { port: number; method: string; path: string; body?: string },
): Promise<Exchange> {
  const givenUpMs = random.oneIn(15) ? random.below(30) : timeoutMs;
  const headers = { 'content-type': 'application/sdp', 'content-length': Buffer.byteLength(body) };
  const options = { port, method, path, headers, agent: false, localAddress: attackersAddress(random) };
  return new Promise((resolve) => {
    const sent = request({ ...options, host: '127.0.0.1', signal: AbortSignal.timeout(givenUpMs) });
    sent.on('error', () => {
      resolve(nothing);
    });
    sent.on('response', (response) => {
      void read(response).then(resolve, () => {
        resolve(nothing);
      });
    });
    sent.end(body);
  });
}

async function read(response: IncomingMessage): Promise<Exchange> {
  let body = '';
  for await (const chunk of response) {
    body += String(chunk);
    if (body.length > maxBodyBytes) break;
  }
  return { status: response.statusCode ?? 0, location: response.headers.location ?? '', body };
}
