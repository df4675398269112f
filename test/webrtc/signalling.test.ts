import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { mutate } from '../fuzz/mutate.js';
import { Random } from '../fuzz/random.js';
import { PeerClient } from '../helpers/peer-client.js';
import { until } from '../helpers/processes.js';
import { twoPatterns, WebRtcStreamer } from '../helpers/webrtc-streamer.js';
import { offer } from '../outputs/webrtc/offers.js';

interface Message {
  readonly type: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A client that says what a test wants. */
class Client {
  readonly socket: WebSocket;
  readonly messages: Message[] = [];
  closeCode: number | undefined;

  constructor(context: TestContext, url: string, origin?: string) {
    this.socket = new WebSocket(url, origin === undefined ? {} : { origin });
    this.socket.on('message', (data: Buffer) => this.messages.push(JSON.parse(data.toString()) as Message));
    this.socket.on('close', (code) => (this.closeCode = code));
    this.socket.on('error', () => undefined);
    context.after(() => {
      this.socket.terminate();
    });
  }

  static async open(context: TestContext, url: string): Promise<Client> {
    const client = new Client(context, url);
    await once(client.socket, 'open');
    return client;
  }

  /** Sends, and waits for the next message. */
  async ask(message: unknown): Promise<Message> {
    const { length } = this.messages;
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    await until('a reply', () => this.messages.length > length);
    return this.messages[length] ?? { type: 'none' };
  }
}

const validOffer = { type: 'offer', data: { type: 'offer', sdp: offer() } };

test("the Go system's protocol: offer, answer, candidates, ping", async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns());
  const client = await Client.open(context, streamer.signallingUrl('camera1'));
  assert.deepEqual(await client.ask({ type: 'ping' }), { type: 'pong' });
  const answer = await client.ask(validOffer);
  assert.equal(answer.type, 'answer');
  assert.equal(answer.data?.['type'], 'answer');
  const sdp = String(answer.data['sdp']);
  assert.match(sdp, /^v=0\r\n/);
  assert.match(sdp, /^a=rtpmap:106 H264\/90000\r$/m);
  assert.match(sdp, /^a=sendonly\r$/m);
  await until('a candidate', () => client.messages.some(({ type }) => type === 'ice-candidate'));
  const { data = {} } = client.messages.find(({ type }) => type === 'ice-candidate') ?? {};
  assert.deepEqual(Object.keys(data).sort(), ['candidate', 'sdpMLineIndex', 'sdpMid']);
  assert.match(String(data['candidate']), /candidate:/);
  assert.equal(await streamer.viewers('camera1'), 1);
  client.socket.close();
  await until('it is gone', async () => (await streamer.viewers('camera1')) === 0);
});

test('what is no message is answered with an error that says why, and the socket stays', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns());
  const client = await Client.open(context, streamer.signallingUrl('camera1'));
  const cases: [message: unknown, says: RegExp][] = [
    ['{', /JSON/],
    ['null', /unknown message type/],
    ['[]', /unknown message type/],
    [{ type: 'shutdown' }, /unknown message type; there are offer, ice-candidate, ping/],
    [{ type: 'offer' }, /invalid offer format/],
    [{ type: 'offer', data: { sdp: 5 } }, /invalid offer format: data\.sdp/],
    [{ type: 'offer', data: { type: 'offer', sdp: '' } }, /no session description/],
    [{ type: 'offer', data: { type: 'offer', sdp: 'v=0\r\n' } }, /it has no video/],
    [{ type: 'ice-candidate', data: { candidate: 'candidate:1' } }, /which there is none of/],
  ];
  for (const [message, says] of cases) {
    const { type, data } = await client.ask(message);
    assert.equal(type, 'error', JSON.stringify(message));
    assert.match(String(data?.['message']), says);
  }
  assert.deepEqual(await client.ask({ type: 'ping' }), { type: 'pong' });
});

test('a message that is too long ends the socket, one without an offer its time', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns({ more: 'timeout = 1500' }));
  const long = await Client.open(context, streamer.signallingUrl('camera1'));
  long.socket.send('x'.repeat(1_000_000));
  await until('it is closed', () => long.closeCode !== undefined);
  const silent = await Client.open(context, streamer.signallingUrl('camera1'));
  await until('it is closed', () => silent.closeCode === 1001);
});

test('a page of another host gets no socket', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns());
  const client = new Client(context, streamer.signallingUrl('camera1'), 'http://evil.example');
  const [, response] = (await once(client.socket, 'unexpected-response')) as [
    unknown,
    { statusCode: number },
  ];
  assert.equal(response.statusCode, 403);
});

test('hostile offers, 1000 sockets and floods of candidates: a viewer sees on, and memory is flat', async (context) => {
  const streamer = await WebRtcStreamer.start(
    context,
    twoPatterns({ more: 'timeout = 2000\nmax_clients = 64' }),
    // As the service has it: node's own reserve is not what is measured.
    { nodeOptions: ['--max-old-space-size=48'] },
  );
  const url = streamer.signallingUrl('camera1');
  const viewer = await PeerClient.join(streamer.whepUrl('camera1'), context);
  const attack = async (seed: number): Promise<void> => {
    const random = new Random(seed);
    const sockets = Array.from({ length: 250 }, () => new Client(context, url));
    await sleep(500);
    for (let i = 0; i < 60; i++) {
      const sdp = Buffer.from(
        mutate(Buffer.from(offer(['a=candidate:1 1 udp 1 127.0.0.1 9 typ host'])), random),
      );
      const response = await fetch(streamer.whepUrl('camera1'), {
        method: 'POST',
        headers: { 'content-type': 'application/sdp' },
        body: sdp,
      });
      await response.arrayBuffer();
      assert.ok([201, 400, 409, 503].includes(response.status), String(response.status));
    }
    const flooding = await Client.open(context, url);
    await flooding.ask(validOffer);
    for (let i = 0; i < 5000; i++) {
      const candidate = `candidate:${String(i)} 1 udp 1 ${i % 2 ? '::1' : '127.0.0.1'} ${String(1024 + i)} typ host`;
      flooding.socket.send(JSON.stringify({ type: 'ice-candidate', data: { candidate, sdpMid: '1' } }));
    }
    await until('the flood is over', async () => (await flooding.ask({ type: 'ping' })).type === 'pong');
    for (const { socket } of [...sockets, flooding]) socket.terminate();
    await until('only the viewer is left', async () => (await streamer.viewers('camera1')) === 1);
  };
  await attack(1);
  const before = residentMb(streamer);
  const { packets } = viewer;
  for (const seed of [2, 3, 4]) await attack(seed);
  const after = residentMb(streamer);
  context.diagnostic(`${before.toFixed(0)} MB before, ${after.toFixed(0)} MB after`);
  assert.ok(viewer.isConnected && viewer.packets > packets + 100, String(viewer.packets - packets));
  assert.ok(after < before + 30, `${String(before)} ${String(after)}`);
});

function residentMb({ process }: WebRtcStreamer): number {
  const status = readFileSync(`/proc/${String(process.child.pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
