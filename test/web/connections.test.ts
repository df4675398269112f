// What one connection may cost, and that it costs nobody else anything.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { getRequest, RawClient } from '../helpers/raw-client.js';
import { runToEnd, until } from '../helpers/processes.js';
import { twoCameras, WebStreamer } from '../helpers/web-streamer.js';

function upgrade(where: string, protocol: string): string {
  return getRequest(
    where,
    'Connection: Upgrade, HTTP2-Settings',
    `Upgrade: ${protocol}`,
    'HTTP2-Settings: AAMAAABk',
  );
}

async function assertServes(streamer: WebStreamer): Promise<void> {
  const beganMs = performance.now();
  await streamer.get('/health');
  assert.ok(performance.now() - beganMs < 2000);
}

for (const protocol of ['foo', 'websocket', 'h2c', 'TLS/1.0, HTTP/1.1', '']) {
  test(`a request to change to ${protocol || 'nothing'} is answered as if it did not ask`, async (context) => {
    const streamer = await WebStreamer.start(context);
    const client = await RawClient.send(context, streamer.port, upgrade('/health', protocol));
    await until('an answer', () => client.answer.includes('"status":"ok"'));
    assert.equal(client.status, 200);
  });
}

test('300 connections that asked for another protocol and stay give way to others', async (context) => {
  const streamer = await WebStreamer.start(context);
  const clients: RawClient[] = [];
  for (let i = 0; i < 300; i++)
    clients.push(await RawClient.send(context, streamer.port, upgrade('/health', 'foo')));
  await assertServes(streamer);
  assert.ok(clients.filter(({ isClosed }) => isClosed).length >= 44);
});

const floods: [name: string, bytes: string][] = [
  ['the largest answer', getRequest('/api/openapi.json').repeat(100)],
  ['pictures', getRequest('/api/cameras/camera1/snapshot.jpg').repeat(60)],
  ['the page', getRequest('/viewer').repeat(60)],
  ['metrics', getRequest('/metrics').repeat(60)],
  ['what is not there', getRequest(`/${'x'.repeat(200)}`).repeat(200)],
];
for (const [name, bytes] of floods) {
  test(`260 clients ask for ${name} and never read: memory stays, and others are served`, async (context) => {
    const streamer = await WebStreamer.start(context);
    await assertServes(streamer);
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 260; i++) await RawClient.send(context, streamer.port, bytes, { reads: false });
    await sleep(500);
    await assertServes(streamer);
    const growthMb = (process.memoryUsage().rss - before) / 2 ** 20;
    context.diagnostic(`${growthMb.toFixed(0)} MB more`);
    assert.ok(growthMb < 150, `${growthMb.toFixed(0)} MB`); // the clients are in this process, too
  });
}

/** For whom the kernel keeps little, which node cannot ask for. It reads nothing for so long, and then all that is left. */
const slowReader = `
import socket, sys, time
client = socket.socket()
client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
client.connect(('127.0.0.1', int(sys.argv[1])))
client.sendall(sys.argv[2].encode())
time.sleep(22)
client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4194304)
client.settimeout(5)
answers = b''
state = 'closed'
try:
    while data := client.recv(65536):
        answers += data
except ConnectionResetError:
    pass
except TimeoutError:
    state = 'open'
print(state, answers.count(b'HTTP/1.1 200'))
`;

test('an answer of which nothing is read is given up, and a stream of events is not', async (context) => {
  // 60 pictures are more than the kernel keeps for the connection, and few enough for no other bound.
  const largeCamera = twoCameras.replace('width = 320\nheight = 240', 'width = 1920\nheight = 1080');
  const streamer = await WebStreamer.start(context, '', largeCamera);
  const events = await RawClient.send(context, streamer.port, getRequest('/api/events'));
  const requests = getRequest('/api/cameras/camera1/snapshot.jpg').repeat(60);
  const said = await runToEnd('/usr/bin/python3', ['-c', slowReader, String(streamer.port), requests]);
  const [, state, answered] = /^(\w+) (\d+)$/m.exec(said) ?? [];
  assert.equal(state, 'closed');
  assert.ok(Number(answered) < 60, said);
  assert.ok(events.answer.includes('event: cameras') && !events.isClosed);
});

test('of many peers the greediest gives way', async (context) => {
  const streamer = await WebStreamer.start(context);
  const modest = await RawClient.send(context, streamer.port, '', { localAddress: '127.0.0.2' });
  const greedy: RawClient[] = [];
  for (let i = 0; i < 300; i++)
    greedy.push(await RawClient.send(context, streamer.port, '', { localAddress: '127.0.0.3' }));
  await until(
    'the oldest greedy ones are gone',
    () => greedy.filter(({ isClosed }) => isClosed).length >= 45,
  );
  assert.ok(!modest.isClosed);
});

test('requests of which only a half comes hold no place that somebody needs', async (context) => {
  const streamer = await WebStreamer.start(context);
  const half =
    'PATCH /api/cameras/camera1/settings HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{';
  for (let i = 0; i < 300; i++) await RawClient.send(context, streamer.port, half);
  await assertServes(streamer);
});

test('a new client is served although 256 requests are being answered', async (context) => {
  const streamer = await WebStreamer.start(context);
  await streamer.send('POST', '/api/cameras/camera1/stop');
  // Each waits for a frame that does not come.
  const snapshot = getRequest('/api/cameras/camera1/snapshot.jpg');
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 256; i++) await RawClient.send(context, streamer.port, snapshot);
    const client = await RawClient.send(context, streamer.port, getRequest('/health'));
    await until('an answer', () => client.status === 200, 2000);
  }
});

async function streamsOf(
  context: TestContext,
  streamer: WebStreamer,
  where: string,
  localAddress: string,
  count: number,
): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  for (let i = 0; i < count; i++)
    clients.push(await RawClient.send(context, streamer.port, getRequest(where), { localAddress }));
  await until('answers', () => clients.every(({ status }) => status > 0));
  return clients;
}

for (const [where, places] of [
  ['/api/events', 32],
  ['/stream/camera1.mjpg', 10],
] as const) {
  test(`whoever holds all places of ${where} gives one to another peer, and none to itself`, async (context) => {
    const streamer = await WebStreamer.start(context);
    const greedy = await streamsOf(context, streamer, where, '127.0.0.3', places);
    assert.ok(greedy.every(({ status }) => status === 200));
    const [another] = await streamsOf(context, streamer, where, '127.0.0.3', 1);
    assert.equal(another?.status, 429);
    const [modest] = await streamsOf(context, streamer, where, '127.0.0.2', 1);
    assert.equal(modest?.status, 200);
    await until('one is gone', () => greedy.filter(({ isClosed }) => isClosed).length === 1);
    await streamsOf(context, streamer, where, '127.0.0.4', places);
    assert.ok(!modest.isClosed, 'a single place is never taken away');
  });
}

for (const host of [
  '127.0.0.1:99999',
  '127.0.0.1:65536',
  '[::1]:70000',
  '300.1.1.1',
  '1.2.3.4.5',
  'a..local:x',
]) {
  test(`the host ${host} is refused in words, with and without an origin`, async (context) => {
    const streamer = await WebStreamer.start(context);
    for (const origin of ['http://127.0.0.1', 'http://[', 'null']) {
      const request = `POST /api/cameras/start HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\nConnection: close\r\n\r\n`;
      const client = await RawClient.send(context, streamer.port, request);
      await until('an answer', () => client.isClosed);
      assert.equal(client.status, 403, client.answer);
    }
    assert.doesNotMatch(streamer.log, /"level":50/);
  });
}
