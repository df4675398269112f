// What anybody on the network may send to the signalling and WHEP of the built command, and what it may cost.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { PeerClient } from '../helpers/peer-client.js';
import { until } from '../helpers/processes.js';
import { getRequest, RawClient } from '../helpers/raw-client.js';
import { twoPatterns, WebRtcStreamer } from '../helpers/webrtc-streamer.js';
import { offer } from '../outputs/webrtc/offers.js';

function threadsOf({ process }: WebRtcStreamer): number {
  return Number(
    /^Threads:\s+(\d+)/m.exec(readFileSync(`/proc/${String(process.child.pid)}/status`, 'utf8'))?.[1],
  );
}

/** That it runs, has had no fault, and lets somebody watch. */
async function assertUnharmed(context: TestContext, streamer: WebRtcStreamer): Promise<void> {
  const viewer = await PeerClient.join(streamer.whepUrl('camera1'), context);
  assert.equal(viewer.refusal, undefined);
  assert.equal(await viewer.leave(), 200);
  const metrics = await (await fetch(`${streamer.url}/metrics`)).text();
  assert.match(metrics, /^pi_camera_streamer_faults_total 0$/m);
  assert.equal(streamer.process.child.exitCode, null);
}

/** A socket of the signalling, and the first message that it is told after it has sent something. */
async function say(
  context: TestContext,
  url: string,
  message: unknown,
): Promise<[WebSocket, Promise<string>]> {
  const socket = new WebSocket(url);
  socket.on('error', () => undefined);
  context.after(() => {
    socket.terminate();
  });
  await once(socket, 'open');
  const reply = once(socket, 'message').then(([data]: unknown[]) => String(data));
  socket.send(JSON.stringify(message));
  return [socket, reply];
}

test('connections that ask for another protocol and are reset end nothing', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns(), { mode: 'both' });
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  const ports = [streamer.url, streamer.signallingUrl('camera1')].map((url) => Number(new URL(url).port));
  for (const port of ports) {
    for (const where of ['/', '/ws', '/health', '/nowhere'])
      for (const protocol of ['foo', 'websocket', 'h2c']) {
        const headers = ['Connection: Upgrade', `Upgrade: ${protocol}`, key, 'Sec-WebSocket-Version: 13'];
        const client = await RawClient.send(context, port, getRequest(where, ...headers));
        await sleep(20);
        client.socket.resetAndDestroy();
      }
    for (const head of [
      'CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: x\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      '\x16\x03\x01\x02\x00',
    ]) {
      const client = await RawClient.send(context, port, head);
      await sleep(20);
      client.socket.resetAndDestroy();
    }
  }
  await assertUnharmed(context, streamer);
});

const strangeOffers: [name: string, sdp: string][] = [
  [
    'a number in place of a codec',
    offer().replace('H264/90000', '1234/90000').replace('H264/90000', '1234/90000'),
  ],
  ['a number in place of parameters', offer().replace(/a=fmtp:106 .*/, 'a=fmtp:106 5')],
  ['numbers in place of feedback', offer().replace(/a=rtcp-fb:106 .*/g, 'a=rtcp-fb:106 5')],
  ['a number in place of an extension', offer().replace(/a=extmap:4 .*/, 'a=extmap:4 5')],
  ['an endless bundle', offer().replace('BUNDLE 0 1', `BUNDLE${' 1'.repeat(5000)}`)],
  ['a null byte', offer().replace('a=mid:1', 'a=mid:\0')],
  ['two identifiers that are the same', offer().replace('a=mid:0', 'a=mid:1')],
];
test('offers with numbers where words belong are answered, or refused in words', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns());
  for (const [name, sdp] of strangeOffers) {
    const [socket, reply] = await say(context, streamer.signallingUrl('camera1'), {
      type: 'offer',
      data: { sdp },
    });
    const message = await reply;
    assert.match(message, /^\{"type":"(answer|error)"/, name);
    assert.doesNotMatch(message, /TypeError|went wrong/, name);
    socket.terminate();
  }
  await assertUnharmed(context, streamer);
});

test('candidates by name make no thread, and nobody is asked for the name', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns());
  const listener = createSocket('udp4');
  let heard = 0;
  listener.on('message', () => (heard += 1)).bind(0, '127.0.0.1');
  await once(listener, 'listening');
  context.after(() => listener.close());
  const { port } = listener.address();
  const before = threadsOf(streamer);
  let most = before;
  for (let i = 0; i < 10; i++) {
    const [socket, reply] = await say(context, streamer.signallingUrl('camera1'), {
      type: 'offer',
      data: {
        sdp: offer([`a=candidate:1 1\tUDP\t1\tlocalhost\t${String(port)}\ttyp\thost udp x 127.0.0.1`]),
      },
    });
    assert.match(await reply, /^\{"type":"answer"/);
    for (const form of [
      `candidate:1 1\tUDP\t2122\tn${String(i)}.invalid\t${String(port)}\ttyp\thost udp x 127.0.0.1`,
      `candidate:1 1 UDP 2122 localhost ${String(port)} typ host`,
      `candidate:1 1 UDP 2122 n${String(i)}.local ${String(port)} typ host`,
    ])
      for (let n = 0; n < 20; n++)
        socket.send(JSON.stringify({ type: 'ice-candidate', data: { candidate: form, sdpMid: '1' } }));
    await sleep(50);
    most = Math.max(most, threadsOf(streamer));
    socket.terminate();
  }
  assert.ok(most <= before + 12, `${String(before)} threads, then ${String(most)}`);
  assert.equal(heard, 0);
  await assertUnharmed(context, streamer);
});

test('offers that never connect leave room for viewers that do', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns());
  const url = streamer.whepUrl('camera1');
  const headers = { 'content-type': 'application/sdp' };
  const statuses = await Promise.all(
    Array.from(
      { length: 40 },
      async () => (await fetch(url, { method: 'POST', headers, body: offer() })).status,
    ),
  );
  assert.ok(statuses.filter((status) => status === 201).length >= 16, String(statuses));
  const viewers = await Promise.all(Array.from({ length: 4 }, () => PeerClient.join(url, context)));
  assert.ok(viewers.every(({ refusal }) => refusal === undefined));
  const fifth = await PeerClient.join(url, context);
  assert.equal(fifth.refusal?.status, 503);
});

test('300 handshakes that take no part in the end of their sockets hold up nobody', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns());
  const port = Number(new URL(streamer.signallingUrl('camera1')).port);
  const handshake = getRequest(
    '/ws',
    ...['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  );
  for (let i = 0; i < 300; i++) await RawClient.send(context, port, handshake);
  for (let i = 0; i < 5; i++) {
    const [socket, reply] = await say(context, streamer.signallingUrl('camera1'), { type: 'ping' });
    assert.equal(await reply, '{"type":"pong"}');
    socket.terminate();
  }
  const beganMs = performance.now();
  streamer.process.child.kill('SIGTERM');
  assert.equal(await streamer.process.exited, 0);
  assert.ok(performance.now() - beganMs < 3000, 'it ends although they stay');
});

test('sockets whose second offer is refused wait like those without an offer', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns());
  const sockets: WebSocket[] = [];
  for (let i = 0; i < 60; i++) {
    const [socket, reply] = await say(context, streamer.signallingUrl('camera1'), {
      type: 'offer',
      data: { sdp: offer() },
    });
    await reply;
    socket.send(JSON.stringify({ type: 'offer', data: { sdp: 'v=0' } }));
    sockets.push(socket);
  }
  const open = (): number => sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length;
  await until('most of them are gone', () => open() <= 32);
  await until('all of them are gone', () => open() === 0);
});

test('a viewer that claims to have received millions of packets costs no frame', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns());
  const viewer = await PeerClient.join(streamer.whepUrl('camera1'), context, { reports: false });
  // 24 bytes about 8191 packets that have not arrived, as often as a datagram has room.
  const feedback = Buffer.from('8fcd00050000000100000002000' + '01fff000000001fff0000', 'hex');
  for (let i = 0; i < 400; i++) {
    viewer.sendRtcp(Buffer.concat(Array.from({ length: 49 }, () => feedback)));
    await sleep(5);
  }
  const beganMs = performance.now();
  await streamer.get('/health');
  assert.ok(performance.now() - beganMs < 1000);
  await assertUnharmed(context, streamer);
});

test('what statistics show of a viewer ends no session', async (context) => {
  const streamer = await WebRtcStreamer.start(context, twoPatterns());
  const viewer = await PeerClient.join(streamer.whepUrl('camera1'), context);
  const { webrtc } = await streamer.get<{ webrtc: Record<string, { peers: object }> }>('/api/status');
  const [id = ''] = Object.keys(webrtc['camera1']?.peers ?? {});
  assert.notEqual(id, '');
  const response = await fetch(`${streamer.whepUrl('camera1')}/${id}`, { method: 'DELETE' });
  assert.equal(response.status, 404);
  assert.ok(viewer.isConnected);
  assert.equal(await viewer.leave(), 200);
});

test('an error that nobody caught is counted and shown once, and the cameras stream on', async (context) => {
  const fault = 'setInterval(() => { throw new Error("a test\'s fault") }, 300)';
  const streamer = await WebRtcStreamer.start(context, twoPatterns(), {
    nodeOptions: ['--import', `data:text/javascript,setTimeout(() => ${fault}, 1500)`],
  });
  const faults = async (): Promise<number> =>
    Number(
      /^pi_camera_streamer_faults_total (\d+)$/m.exec(
        await (await fetch(`${streamer.url}/metrics`)).text(),
      )?.[1],
    );
  await until('some faults', async () => (await faults()) >= 3);
  assert.equal(streamer.process.stderr().match(/a test's fault \(shown once/g)?.length, 1);
  assert.match(
    streamer.process.stderr(),
    /"part":"uncaught","code":"ERR_INTERNAL","stack":"Error: a test's fault\\n/,
  );
  const viewer = await PeerClient.join(streamer.whepUrl('camera1'), context);
  assert.equal(viewer.refusal, undefined);
});

test('uncaught errors that come again and again end the process with 1', async (context) => {
  const faults = 'setInterval(() => { throw new Error("a test\'s fault") }, 5)';
  const streamer = await WebRtcStreamer.start(context, twoPatterns(), {
    nodeOptions: ['--import', `data:text/javascript,setTimeout(() => ${faults}, 1500)`],
  });
  assert.equal(await streamer.process.exited, 1);
  assert.match(streamer.process.stderr(), /more than 100 uncaught errors in a minute/);
});
