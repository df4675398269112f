import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import type { CameraDetail } from '../../lib/web/index.js';
import { twoCameras, WebStreamer } from '../helpers/web-streamer.js';

const settings = '/api/cameras/camera1/settings';

/** Bytes that a raw connection answers until it ends. */
async function rawRequest(streamer: WebStreamer, request: string, timeoutMs = 20_000): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(streamer.port, '127.0.0.1', () => socket.write(request));
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no end of: ${answer}`));
    }, timeoutMs);
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}

function get(where: string, ...headers: readonly string[]): string {
  return [`GET ${where} HTTP/1.1`, 'Connection: close', ...headers, '', ''].join('\r\n');
}

function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
}

/** Whether both cameras stream as before: what an attack must not change. */
async function assertUnharmed(streamer: WebStreamer): Promise<void> {
  for (const id of ['camera1', 'camera2']) {
    const { state, restarts, settings: now } = await streamer.get<CameraDetail>(`/api/cameras/${id}`);
    assert.deepEqual([state, restarts, now.quality], ['streaming', 0, 85]);
  }
}

test('no path leads out of /static', async (context) => {
  const streamer = await WebStreamer.start(context);
  for (const where of [
    '/static/../web-server.js',
    '/static/../../../package.json',
    '/static/%2e%2e/%2e%2e/package.json',
    '/static/..%2f..%2fpackage.json',
    '/static/..\\..\\package.json',
    '/static//etc/passwd',
    '/static/%00viewer.js',
    '/static/.',
    '/static/',
  ]) {
    const answer = await rawRequest(streamer, get(where, `Host: 127.0.0.1:${String(streamer.port)}`));
    assert.ok([400, 403, 404].includes(statusOf(answer)), `${where}: ${answer}`);
    assert.doesNotMatch(answer, /"dependencies"|root:|import /, where);
  }
  await assertUnharmed(streamer);
});

test('a host name that is not ours is refused, whatever is asked for', async (context) => {
  const streamer = await WebStreamer.start(context, 'allowed_hosts = ["cam.example.org"]');
  const ask = async (host: string) =>
    statusOf(await rawRequest(streamer, get('/api/status', `Host: ${host}`)));
  for (const host of [
    'evil.example',
    'raspberrypi.evil.example',
    '127.0.0.1.evil.example',
    'local',
    '',
    'a b',
    '[::1',
    'x'.repeat(300),
  ]) {
    assert.ok([400, 403].includes(await ask(host)), host);
  }
  for (const host of [
    '127.0.0.1',
    '[::1]:80',
    'localhost:1',
    'pi.local',
    'PI.LOCAL:80',
    'cam.example.org',
    'cam.example.org.',
  ]) {
    assert.equal(await ask(host), 200, host);
  }
});

test('methods of RTSP, which no route can have, are refused, and no line is logged for them', async (context) => {
  const streamer = await WebStreamer.start(context);
  const before = streamer.log;
  const methods =
    'DESCRIBE ANNOUNCE SETUP PLAY PAUSE TEARDOWN GET_PARAMETER SET_PARAMETER REDIRECT RECORD FLUSH';
  for (const method of methods.split(' '))
    for (const target of ['/health', '*', 'rtsp://127.0.0.1/']) {
      const answer = await rawRequest(streamer, `${method} ${target} RTSP/1.0\r\nHost: evil.example\r\n\r\n`);
      assert.equal(statusOf(answer), 501, `${method} ${target}: ${answer}`);
    }
  // What node's HTTP knows, and no route has.
  for (const method of ['PROPFIND', 'M-SEARCH', 'TRACE'])
    for (const target of ['*', '*x', 'ftp://x/health', 'http://x']) {
      const request = get(target, `Host: 127.0.0.1:${String(streamer.port)}`).replace('GET', method);
      assert.equal(statusOf(await rawRequest(streamer, request)), 404, `${method} ${target}`);
    }
  assert.equal(streamer.log, before);
});

test('a page of another origin changes nothing, and reads nothing', async (context) => {
  const streamer = await WebStreamer.start(context);
  const body = { host: '203.0.113.9', port: 5000 };
  const send = (headers: Record<string, string>) =>
    streamer.send('POST', '/api/cameras/camera1/destinations', body, headers);
  for (const headers of [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: `${streamer.url}.evil.example` },
    { origin: streamer.url.replace('http:', 'https:') },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ]) {
    const { status, json } = await send(headers);
    assert.deepEqual([status, json['code']], [403, 'ERR_FORBIDDEN'], JSON.stringify(headers));
  }
  // As a form or a script without CORS would send it.
  const plain = await fetch(`${streamer.url}/api/cameras/camera1/destinations`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: JSON.stringify(body),
  });
  assert.equal(plain.status, 415);
  const read = await fetch(`${streamer.url}/api/status`, { headers: { origin: 'http://evil.example' } });
  assert.equal(read.headers.get('access-control-allow-origin'), null);
  assert.equal(read.headers.get('cross-origin-resource-policy'), 'same-site');
  const { destinations } = await streamer.get<CameraDetail>('/api/cameras/camera1');
  assert.equal(destinations.length, 1);
  const same = await streamer.send('PATCH', settings, { quality: 85 }, { origin: streamer.url });
  assert.equal(same.status, 200);
});

test('origins that may are told so, and * is the Go system', async (context) => {
  const page = 'http://dashboard.local:3000';
  const some = await WebStreamer.start(context, `cors_origins = ["${page}"]`);
  const preflight = await fetch(some.url + settings, {
    method: 'OPTIONS',
    headers: { origin: page, 'access-control-request-method': 'PATCH' },
  });
  assert.equal(preflight.headers.get('access-control-allow-origin'), page);
  assert.equal((await some.send('PATCH', settings, { quality: 85 }, { origin: page })).status, 200);
  assert.equal((await some.send('PATCH', settings, { quality: 7 }, { origin: 'http://b' })).status, 403);
  const all = await WebStreamer.start(context, 'cors_origins = ["*"]');
  const read = await fetch(`${all.url}/api/status`, { headers: { origin: 'http://anything' } });
  assert.equal(read.headers.get('access-control-allow-origin'), '*');
});

test('bodies that are too large, broken or of the wrong type', async (context) => {
  const streamer = await WebStreamer.start(context);
  const send = async (body: string, type = 'application/json') => {
    const { status } = await fetch(streamer.url + settings, {
      method: 'PATCH',
      headers: { 'content-type': type },
      body,
    });
    return status;
  };
  assert.equal(await send(`{"quality": 7, "x": "${'y'.repeat(100_000)}"}`), 413);
  assert.equal(await send('{"quality": 7'), 400);
  assert.equal(await send('{"__proto__": {"quality": 7}}'), 400);
  assert.equal(await send('{"constructor": {"prototype": {"quality": 7}}}'), 400);
  assert.equal(await send(''), 400);
  assert.equal(await send('['.repeat(60_000)), 400);
  assert.equal(await send('quality=7', 'application/x-www-form-urlencoded'), 415);
  assert.equal(await send('<quality>7</quality>', 'application/xml'), 415);
  await assertUnharmed(streamer);
});

test('requests that are sent slowly are ended, and streams are not', async (context) => {
  const streamer = await WebStreamer.start(context);
  const stream = await fetch(`${streamer.url}/stream/camera1.mjpg`);
  const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
  const beganMs = performance.now();
  const host = 'Host: 127.0.0.1';
  const [head, body] = await Promise.all([
    rawRequest(streamer, `GET /api/status HTTP/1.1\r\n${host}\r\nX-Slow: `),
    rawRequest(
      streamer,
      `PATCH ${settings} HTTP/1.1\r\n${host}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    ),
  ]);
  assert.deepEqual([statusOf(head), statusOf(body)], [408, 408], head + body);
  assert.ok(performance.now() - beganMs < 15_000);
  for (let bytes = 0; bytes < 1e6;) {
    const { value, done } = await reader.read();
    assert.ok(!done, 'the stream has ended');
    bytes += value.byteLength;
  }
  await reader.cancel();
  await assertUnharmed(streamer);
});

test('of a thousand connections that are opened and left the oldest give way', async (context) => {
  const streamer = await WebStreamer.start(context);
  const events = await fetch(`${streamer.url}/api/events`);
  const sockets: Socket[] = [];
  context.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (let i = 0; i < 1000; i++) {
    const socket = connect(streamer.port, '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    if (i % 50 === 0) await new Promise((resolve) => socket.once('connect', resolve));
  }
  const beganMs = performance.now();
  await assertUnharmed(streamer);
  assert.ok(performance.now() - beganMs < 2000);
  const reader = (events.body as ReadableStream<Uint8Array>).getReader();
  assert.equal((await reader.read()).done, false);
  assert.equal((await reader.read()).done, false);
  await reader.cancel();
});

test('names of cameras and files become no header and no path', async (context) => {
  const streamer = await WebStreamer.start(context);
  for (const where of [
    '/api/cameras/camera1%0d%0aX-Evil:%201',
    '/stream/camera1%0d%0a.mjpg',
    '/stream/..%2f..%2fetc%2fpasswd.mjpg',
    '/api/cameras/__proto__',
    '/api/cameras/constructor/snapshot.jpg',
    `/api/cameras/${'a'.repeat(5000)}`,
    '/api/cameras/%ff',
  ]) {
    const answer = await rawRequest(streamer, get(where, 'Host: 127.0.0.1'));
    assert.ok([400, 404, 414].includes(statusOf(answer)), `${where}: ${answer}`);
    assert.doesNotMatch(answer, /^X-Evil/im);
  }
  const answer = await rawRequest(
    streamer,
    get('/api/status', 'Host: 127.0.0.1', `X-Long: ${'a'.repeat(30_000)}`),
  );
  assert.equal(statusOf(answer), 431);
  await assertUnharmed(streamer);
});

test('what a device is called is shown as it is, in JSON alone', async (context) => {
  const device = '<script>alert(1)</script>';
  const streamer = await WebStreamer.start(
    context,
    '',
    `${twoCameras}[camera3]\ndevice = "${device}"\n[mjpeg-rtp.camera3]\ndest_host = "127.0.0.1"\ndest_port = 9\n`,
  );
  const response = await fetch(`${streamer.url}/api/cameras/camera3`);
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(((await response.json()) as CameraDetail).device, device);
});

test('every answer has the headers that keep a browser safe', async (context) => {
  const { url } = await WebStreamer.start(context);
  for (const where of ['/viewer', '/api/status', '/nowhere', '/stream/camera1.mjpg', '/api/events']) {
    const stopping = new AbortController();
    const { headers } = await fetch(url + where, { signal: stopping.signal });
    stopping.abort();
    assert.match(
      headers.get('content-security-policy') ?? '',
      /^default-src 'none';script-src 'self';/,
      where,
    );
    assert.equal(headers.get('x-content-type-options'), 'nosniff', where);
    assert.equal(headers.get('referrer-policy'), 'no-referrer', where);
    assert.equal(headers.get('server'), null, where);
  }
});
