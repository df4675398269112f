// Several requests on one connection before the first is answered.
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { hashPassword } from '../../lib/web/index.js';
import { until } from '../helpers/processes.js';
import { WebStreamer } from '../helpers/web-streamer.js';

const maxEventClients = 32;
const maxConnections = 256;

function request(where: string, ...headers: readonly string[]): string {
  return [`GET ${where} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n');
}

/** A connection that has sent these bytes, and what it got. */
function send(context: TestContext, port: number, bytes: string): { socket: Socket; answer: () => string } {
  let answer = '';
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  context.after(() => socket.destroy());
  return { socket, answer: () => answer };
}

async function previewsOf(streamer: WebStreamer): Promise<number | undefined> {
  const { statistics } = await streamer.get<{
    statistics: { cameras: Record<string, { previews: number } | undefined> };
  }>('/api/stats');
  return statistics.cameras['camera1']?.previews;
}

test('streams that are asked for in one go take one place, and none when they end', async (context) => {
  const streamer = await WebStreamer.start(context);
  const previews = send(context, streamer.port, request('/stream/camera1.mjpg').repeat(40));
  await until('one preview', async () => (await previewsOf(streamer)) === 1);
  previews.socket.destroy();
  await until('no preview', async () => (await previewsOf(streamer)) === 0);
  const events = send(context, streamer.port, request('/api/events').repeat(maxEventClients + 8));
  await until('events', () => events.answer().includes('event: statistics'));
  events.socket.destroy();
  const stopping = new AbortController();
  await until('room for all clients of events', async () => {
    const { status, body } = await fetch(`${streamer.url}/api/events`, { signal: stopping.signal });
    await body?.cancel();
    return status === 200;
  });
  stopping.abort();
});

test('a stream that was asked for before the last answer came begins behind it', async (context) => {
  const streamer = await WebStreamer.start(context);
  const snapshot = request('/api/cameras/camera1/snapshot.jpg');
  const { socket, answer } = send(context, streamer.port, snapshot + request('/stream/camera1.mjpg'));
  await until('both answers', () => answer().includes('multipart/x-mixed-replace'));
  assert.match(answer(), /^HTTP\/1\.1 200 OK\r\n[^]*image\/jpeg[^]*HTTP\/1\.1 200 OK\r\n/);
  socket.destroy();
  await until('no preview', async () => (await previewsOf(streamer)) === 0);
});

test('requests of one connection are answered in their order, whatever each takes', async (context) => {
  const streamer = await WebStreamer.start(context);
  const snapshot = request('/api/cameras/camera1/snapshot.jpg');
  const { answer } = send(context, streamer.port, snapshot + request('/health') + request('/nowhere'));
  await until('three answers', () => answer().includes('ERR_NOT_FOUND'));
  const statuses = Array.from(answer().matchAll(/HTTP\/1\.1 (\d+) /g), ([, status]) => status);
  assert.deepEqual(statuses, ['200', '200', '404']);
});

test('a connection that streams after an earlier answer is not idle', async (context) => {
  const users = `users = { anna = { password_hash = "${await hashPassword('correct horse')}" } }`;
  const streamer = await WebStreamer.start(context, users);
  // Checking the password takes until the first answer has been sent.
  const login = `Authorization: Basic ${Buffer.from('anna:correct horse').toString('base64')}`;
  const both = request('/health') + request('/api/events', login);
  const { socket, answer } = send(context, streamer.port, both);
  await until('events', () => answer().includes('event: cameras'));
  for (let i = 0; i < maxConnections; i++) {
    const idle = send(context, streamer.port, '').socket;
    await new Promise((resolve) => idle.once('connect', resolve));
  }
  const had = answer().length;
  await until('more events', () => answer().length > had || socket.destroyed);
  assert.ok(!socket.destroyed);
});
