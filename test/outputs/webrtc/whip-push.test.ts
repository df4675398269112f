import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { WebRtcOutput, WhipPush } from '../../../lib/outputs/webrtc/index.js';
import { until } from '../../helpers/processes.js';
import { WhipEndpoint, type WhipEndpointOptions } from '../../helpers/whip-endpoint.js';
import { Pushed, start, token } from './pushed.js';

async function untilPackets(endpoint: WhipEndpoint, count = 10): Promise<void> {
  await until('packets', () => (endpoint.lastReceiver?.packets ?? 0) >= count);
}

test('a server gets the video, and the session ends by DELETE', async (context) => {
  const { endpoint, pushed } = await start(context, { token });
  await pushed.until('connected');
  await untilPackets(endpoint);
  const [post] = endpoint.of('POST');
  assert.equal(post?.contentType, 'application/sdp');
  assert.equal(post.authorization, `Bearer ${token}`);
  assert.doesNotMatch(post.body, /a=candidate|a=end-of-candidates/);
  for (const line of [
    'a=sendonly',
    'a=setup:actpass',
    'a=rtcp-mux',
    'a=rtcp-fb:96 nack',
    'a=rtcp-fb:96 nack pli',
  ])
    assert.ok(post.body.includes(`${line}\r\n`), line);
  for (const feedback of ['ccm fir', 'goog-remb', 'transport-cc'])
    assert.ok(post.body.includes(`a=rtcp-fb:96 ${feedback}\r\n`), feedback);
  assert.match(post.body, /a=fmtp:96 .*packetization-mode=1;profile-level-id=42e01f\r\n/);
  assert.equal(post.body.match(/^m=/gm)?.length, 1);
  assert.ok(pushed.isWanted);
  assert.deepEqual(pushed.output.statistics().viewers, [], 'it is no viewer');
  const startedMs = performance.now();
  await pushed.push.stop();
  assert.ok(performance.now() - startedMs < 1000);
  assert.equal(endpoint.of('DELETE').length, 1);
  assert.equal(endpoint.of('DELETE')[0]?.authorization, `Bearer ${token}`);
  assert.equal(endpoint.sessions.size, 0);
  assert.equal(pushed.isWanted, false);
  assert.equal(pushed.push.status.state, 'stopped');
  assert.deepEqual(
    pushed.states.map(({ state }) => state),
    ['connecting', 'connected', 'stopped'],
  );
});

test('it is started again after it was stopped, one session after the other', async (context) => {
  const { endpoint, pushed } = await start(context);
  await pushed.until('connected');
  const stopped = pushed.push.stop();
  pushed.push.start();
  await stopped;
  await pushed.until('connected');
  await untilPackets(endpoint);
  assert.deepEqual(
    endpoint.requests.map(({ method }) => method),
    ['POST', 'DELETE', 'POST'],
  );
});

test('the payload type and the session are those that the server names', async (context) => {
  const location = (origin: string, session: number): string =>
    `${origin}/whip/absolute/${String(session)}?key=1`;
  const { endpoint, pushed } = await start(context, { location });
  await untilPackets(endpoint);
  assert.deepEqual([...(endpoint.lastReceiver?.payloadTypes ?? [])], [96]);
  await pushed.push.stop();
  assert.equal(endpoint.of('DELETE')[0]?.path, '/whip/absolute/0?key=1');
});

test('a wrong token: the state says so, the token stays secret, and it is tried again slowly', async (context) => {
  const { endpoint, pushed } = await start(context, { token: 'another' });
  const { reason } = await pushed.until('waiting');
  assert.equal(reason, 'the server answers 401 Unauthorized: you said Bearer ..., which is wrong');
  await until('a second attempt', () => endpoint.of('POST').length === 2);
  const [first, second] = endpoint.of('POST');
  assert.ok((second?.timeMs ?? 0) - (first?.timeMs ?? 0) >= 295);
  assert.equal(pushed.push.status.reason, reason, 'it stays while it is tried again');
  assert.ok(!JSON.stringify(pushed.states).includes(token));
  await pushed.push.stop();
  assert.equal(endpoint.of('DELETE').length, 0);
});

test('307 and 308 keep method, body and token within the origin', async (context) => {
  const intercept: WhipEndpointOptions['intercept'] = ({ path }, response) => {
    if (path === '/further') return false;
    response.writeHead(path === '/whip' ? 308 : 307, {
      location: path === '/whip' ? '/elsewhere' : '/further',
    });
    response.end();
    return true;
  };
  const { endpoint, pushed } = await start(context, { intercept });
  await pushed.until('connected');
  const [first, second, third] = endpoint.of('POST');
  assert.deepEqual([second?.path, third?.path], ['/elsewhere', '/further']);
  for (const request of [second, third]) {
    assert.equal(request?.body, first?.body);
    assert.equal(request?.authorization, `Bearer ${token}`);
    assert.equal(request.contentType, 'application/sdp');
  }
});

test('redirects are bounded', async (context) => {
  const intercept: WhipEndpointOptions['intercept'] = (_request, response) => {
    response.writeHead(307, { location: '/whip' }).end();
    return true;
  };
  const { endpoint, pushed } = await start(context, { intercept });
  await pushed.until('waiting', /redirects more than 5 times/);
  assert.ok(endpoint.requests.length >= 6);
});

test('503: Retry-After is honoured, within its bound', async (context) => {
  let answers = 0;
  const intercept: WhipEndpointOptions['intercept'] = (_request, response) => {
    answers += 1;
    if (answers > 2) return false;
    response.writeHead(503, { 'retry-after': answers === 1 ? '1' : '86400' }).end('full');
    return true;
  };
  const { endpoint, pushed } = await start(context, { intercept }, { maxRetryAfterMs: 1500 });
  await pushed.until('waiting', /^the server answers 503 Service Unavailable: full$/);
  await pushed.until('connected');
  const [first = NaN, second = NaN, third = NaN] = endpoint.of('POST').map(({ timeMs }) => timeMs);
  assert.ok(second - first >= 995 && second - first < 1450, `${String(second - first)} ms`);
  assert.ok(third - second >= 1495 && third - second < 2500, `${String(third - second)} ms`);
});

test('a server that never answers is given up, and holds up no stop', async (context) => {
  const { endpoint, pushed } = await start(context, { intercept: () => true }, { answerTimeoutMs: 400 });
  await pushed.until('waiting', /^no answer within 0.4 s$/);
  await until('another attempt', () => endpoint.of('POST').length >= 2);
  const slow = new Pushed(context, endpoint.url, { answerTimeoutMs: 60_000 });
  await until('its offer', () => endpoint.of('POST').length >= 3);
  const startedMs = performance.now();
  await slow.push.stop();
  assert.ok(performance.now() - startedMs < 700);
});

test('a server that does not answer DELETE holds up no stop', async (context) => {
  const { pushed } = await start(context, { intercept: ({ method }) => method === 'DELETE' });
  await pushed.until('connected');
  const startedMs = performance.now();
  await pushed.push.stop();
  assert.ok(performance.now() - startedMs < 700);
});

test('stopped while its offer is under way: what the server then answers is deleted', async (context) => {
  const intercept: WhipEndpointOptions['intercept'] = async ({ method }) => {
    if (method === 'POST') await new Promise((resolve) => setTimeout(resolve, 100));
    return false;
  };
  const { endpoint, pushed } = await start(context, { intercept }, { stopTimeoutMs: 1000 });
  await until('the offer', () => endpoint.of('POST').length === 1);
  await pushed.push.stop();
  assert.equal(endpoint.of('DELETE').length, 1);
  assert.equal(endpoint.sessions.size, 0);
  assert.ok(pushed.states.every(({ state }) => state !== 'connected'));
});

const badAnswers = {
  garbage: { text: 'hello', reason: /^the answer is no session description$/ },
  'garbage that begins well': { text: 'v=0\r\nm=\r\n', reason: /^the answer / },
  giant: { text: `v=0\r\n${'a=x\r\n'.repeat(20_000)}`, reason: /^the answer has more than 65536 bytes$/ },
};
for (const [name, { text, reason }] of Object.entries(badAnswers)) {
  test(`an answer that is ${name}: the session is deleted, and it is tried again`, async (context) => {
    const { endpoint, pushed } = await start(context, { answer: () => text });
    await pushed.until('waiting', reason);
    await until('another attempt', () => endpoint.of('POST').length >= 2);
    assert.ok(endpoint.of('DELETE').length >= 1);
    assert.ok(!pushed.isWanted);
  });
}

test('a web page in place of an answer', async (context) => {
  const intercept: WhipEndpointOptions['intercept'] = (_request, response) => {
    response.writeHead(201, { 'content-type': 'text/html' }).end('<html>');
    return true;
  };
  const { pushed } = await start(context, { intercept });
  await pushed.until('waiting', /something that is not application\/sdp/);
});

test('an answer whose addresses nobody is at: given up after the timeout, deleted, tried again', async (context) => {
  const deaf = 'a=candidate:1 1 UDP 2114977791 127.0.0.1 9 typ host\r\n';
  const rewrite = (sdp: string): string => sdp.replace(/^a=candidate:.*\r\n/gm, '').concat(deaf);
  const { endpoint, pushed } = await start(context, { rewrite });
  await pushed.until('waiting', /no connection came about/);
  await until('another attempt', () => endpoint.of('POST').length >= 2);
  assert.ok(endpoint.of('DELETE').length >= 1);
});

test('a server that goes away and comes back: it is connected again by itself', async (context) => {
  const { endpoint, pushed } = await start(context);
  await untilPackets(endpoint);
  const { port } = endpoint;
  endpoint.close();
  await pushed.until('waiting', /cannot be reached: ECONNREFUSED$/);
  assert.match(
    pushed.states.map(({ reason = '' }) => reason).join('\n'),
    /^the connection ended$/m,
    'the loss is told before',
  );
  assert.equal(pushed.isWanted, false);
  const again = await WhipEndpoint.start(context, { port });
  await pushed.until('connected');
  await untilPackets(again);
  assert.equal(pushed.push.status.reason, undefined);
});

test('a session that the server ends alone', async (context) => {
  const { endpoint, pushed } = await start(context);
  await untilPackets(endpoint);
  endpoint.lastReceiver?.close();
  await until('the loss', () => pushed.states.some(({ reason }) => reason === 'the connection ended'));
  await until('another session', () => endpoint.of('POST').length === 2);
  await pushed.until('connected');
  await untilPackets(endpoint);
  assert.equal(endpoint.of('DELETE').length, 1);
});

test('a token that cannot be read is the reason, and asked for anew', async (context) => {
  const endpoint = await WhipEndpoint.start(context, { token });
  const output = new WebRtcOutput({
    ...{ name: 'camera1', codec: 'vp8', bitrateBps: 1e6, minBitrateBps: 1e5, maxViewers: 1 },
    ...{ maxPacketBytes: 1200, timeoutMs: 2000, cname: 'test' },
  });
  let asked = 0;
  const push = new WhipPush({
    ...{ url: endpoint.url, output, size: () => undefined, timing: { firstDelayMs: 50 } },
    token: () => {
      asked += 1;
      if (asked === 1) throw new Error('no such file');
      return token;
    },
  });
  context.after(async () => {
    await push.stop();
    output.close();
  });
  push.start();
  await until('the reason', () => push.status.reason === 'no such file');
  await until('the connection', () => push.status.state === 'connected');
  assert.match(endpoint.of('POST')[0]?.body ?? '', /a=rtpmap:96 VP8\/90000/);
});

test('a server that talks no HTTP', async (context) => {
  const server = createServer();
  server.on('connection', (socket) => socket.end('nonsense\r\n\r\n'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}/whip?key=secret`;
  const pushed = new Pushed(context, url);
  const { reason } = await pushed.until('waiting', /cannot be reached/);
  assert.doesNotMatch(JSON.stringify([reason, pushed.states]), /secret/);
});
