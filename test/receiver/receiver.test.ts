import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  openCamera,
  openReceiver,
  RtpOutput,
  type CameraOptions,
  type Receiver,
  type ReceiverOptions,
  type RtpOutputOptions,
} from '../../lib/index.js';
import { PacketBatch } from '../../lib/rtp/index.js';
import { freeRtpPort } from '../helpers/ports.js';
import { until } from '../helpers/processes.js';
import { assertSameJpeg } from '../helpers/same-jpeg.js';
import { frameOf, packetizerWith } from '../rtp/jpeg-stream.js';
import { ImpairedNetwork, type Impairments } from './impaired-network.js';

async function startReceiver(
  context: TestContext,
  options: Partial<ReceiverOptions> = {},
): Promise<Receiver> {
  const receiver = await openReceiver({ address: '127.0.0.1', port: await freeRtpPort(), ...options });
  context.after(() => receiver.close());
  return receiver;
}

interface Sent {
  readonly output: RtpOutput;
  readonly jpegs: readonly Uint8Array[];
}

/** Sends so many frames of the test pattern, and keeps copies. */
async function send(options: RtpOutputOptions, frames: number, camera: CameraOptions = {}): Promise<Sent> {
  const output = new RtpOutput(options);
  await output.start();
  const source = await openCamera({ device: 'test', fps: 60, ...camera });
  await source.attach(output);
  const jpegs: Uint8Array[] = [];
  for await (const frame of source.frames()) {
    jpegs.push(frame.copy().data);
    if (jpegs.length === frames) break;
  }
  source.detach(output);
  await source.close();
  return { output, jpegs };
}

/** Copies of what a receiver hands out. */
function copies(receiver: Receiver): Uint8Array[] {
  const jpegs: Uint8Array[] = [];
  receiver.on('frame', (frame) => jpegs.push(frame.copy()));
  return jpegs;
}

const badNetworks: readonly (readonly [name: string, impairments: Impairments])[] = [
  ['none', {}],
  ['packets change places within 16', { reorderWindow: 16 }],
  ['one in ten comes twice', { duplicateOneIn: 10 }],
  ['each is late by up to 20 ms', { jitterMs: 20 }],
  ['all of that', { reorderWindow: 16, duplicateOneIn: 10, jitterMs: 20 }],
];

for (const [name, impairments] of badNetworks) {
  for (const kind of ['universal', 'restart'] as const) {
    test(`every frame arrives as it was sent: ${kind}, impairment: ${name}`, async (context) => {
      const receiver = await startReceiver(context, { latencyMs: 60 });
      const received = copies(receiver);
      const network = await ImpairedNetwork.open(context, receiver.port, impairments);
      const options = { host: '127.0.0.1', port: network.port, rtcp: false } as const;
      const { output, jpegs } = await send(
        { ...options, profile: kind },
        30,
        kind === 'restart' ? { restartInterval: 40 } : {},
      );
      await output.close();
      await sleep(50);
      network.flush();
      await until('all frames', () => received.length >= jpegs.length).catch(() => undefined);
      const { framesLost, framesConcealed } = receiver.statistics();
      const seen = [received.length, framesLost, framesConcealed];
      assert.deepEqual(seen, [jpegs.length, 0, 0], JSON.stringify(receiver.statistics()));
      for (const [i, jpeg] of jpegs.entries())
        assertSameJpeg(received[i] ?? new Uint8Array(), jpeg, `frame ${String(i)}`);
    });
  }
}

test('frames tell when they were captured, by reports or by themselves', async (context) => {
  for (const absCaptureTime of [false, true]) {
    const receiver = await startReceiver(context, absCaptureTime ? { rtcp: false } : {});
    const ages: number[] = [];
    receiver.on('frame', ({ captureUnixUs }) => {
      if (captureUnixUs !== undefined) ages.push(Date.now() - captureUnixUs / 1e3);
    });
    const to = { host: '127.0.0.1', port: receiver.port, absCaptureTime };
    const { output } = await send(to, 60);
    await output.close();
    await receiver.close();
    assert.ok(ages.length > 50, String(ages.length));
    // Encoding and pacing take some milliseconds.
    assert.ok(Math.min(...ages) > -5 && Math.min(...ages) < 30, ages.join(' '));
    const { captureToFirstPacket, captureToFrame } = receiver.statistics().latency;
    assert.ok(captureToFirstPacket && captureToFrame && captureToFrame.p50Ms >= captureToFirstPacket.p50Ms);
  }
});

for (const mux of [false, true]) {
  test(`the sender hears of the receiver: loss, jitter, round trip; RTCP ${mux ? 'on the same port' : 'apart'}`, async (context) => {
    const port = await freeRtpPort();
    const receiver = await startReceiver(context, { port, ...(mux && { rtcpPort: port }) });
    const output = new RtpOutput({ host: '127.0.0.1', port, rtcp: { mux } });
    await output.start();
    const camera = await openCamera({ device: 'test', fps: 30 });
    context.after(async () => {
      await camera.close();
      await output.close();
    });
    await camera.attach(output);
    const heard = () => output.statistics().rtcp?.receivers[0];
    await until('a report with a round trip', () => heard()?.roundTripMs !== undefined);
    const { packetsLost, jitterMs, roundTripMs = -1 } = heard() ?? {};
    assert.equal(packetsLost, 0);
    assert.ok((jitterMs ?? -1) >= 0 && roundTripMs >= 0 && roundTripMs < 1000);
    await receiver.close();
    await until('the goodbye', () => output.statistics().rtcp?.receivers.length === 0);
  });
}

test('a loop gets frames, skips when it is slow, and ends with the signal', async (context) => {
  const receiver = await startReceiver(context, { rtcp: false });
  const sending = send({ host: '127.0.0.1', port: receiver.port, rtcp: false }, 60);
  const signal = AbortSignal.timeout(900);
  let frames = 0;
  for await (const frame of receiver.frames({ signal })) {
    frames += 1;
    assert.equal(frame.data[0], 0xff);
    await sleep(100);
  }
  const { output } = await sending;
  await output.close();
  assert.ok(frames >= 4 && frames <= 10, String(frames));
});

test('close() ends the loop, and can be called again', async (context) => {
  const receiver = await startReceiver(context);
  const next = receiver.frames().next();
  await receiver.close();
  await receiver.close();
  assert.deepEqual(await next, { value: undefined, done: true });
  assert.deepEqual(await receiver.frames().next(), { value: undefined, done: true });
});

test('a sender that ends and another one that begins: frames of both', async (context) => {
  const receiver = await startReceiver(context);
  const sources: number[] = [];
  receiver.on('source', (ssrc) => sources.push(ssrc));
  const received = copies(receiver);
  for (const ssrc of [1, 2]) {
    const { output } = await send({ host: '127.0.0.1', port: receiver.port, ssrc }, 20);
    await output.close(); // with BYE
  }
  assert.deepEqual(sources, [1, 2]);
  await until('frames of both', () => received.length >= 38);
});

test('two receivers on one port is an error that says so', async (context) => {
  const { port } = await startReceiver(context);
  await assert.rejects(openReceiver({ address: '127.0.0.1', port }), {
    code: 'ERR_SOCKET',
    message: new RegExp(`port ${String(port)}.*EADDRINUSE`),
  });
});

test('where the next port is taken there is no RTCP, unless that port was asked for', async (context) => {
  const port = await freeRtpPort();
  await startReceiver(context, { port: port + 1, rtcp: false });
  const receiver = await startReceiver(context, { port });
  assert.equal(receiver.statistics().rtcp, undefined);
  await receiver.close();
  await assert.rejects(openReceiver({ address: '127.0.0.1', port, rtcpPort: port + 1 }), {
    code: 'ERR_SOCKET',
  });
});

test('a frame behind an incomplete one comes in time, also when nothing follows', async (context) => {
  const receiver = await startReceiver(context, { rtcp: false, latencyMs: 50 });
  const received = copies(receiver);
  const socket = createSocket('udp4');
  context.after(() => {
    socket.close();
  });
  const packetizer = packetizerWith({ mtu: 300 });
  const batch = new PacketBatch();
  const { bytes, jpeg } = frameOf(2000);
  const sendFrame = (captureTimeUs: number, packets: (count: number) => number): void => {
    assert.equal(packetizer.packetize(jpeg, bytes, captureTimeUs, batch), undefined);
    for (let i = 0; i < packets(batch.packetCount); i++)
      socket.send(batch.packet(i, bytes), receiver.port, '127.0.0.1');
  };
  sendFrame(0, (count) => count - 1);
  await sleep(100); // the timer of the first one is set
  const beganMs = performance.now();
  sendFrame(33_333, (count) => count);
  await until('the second frame', () => received.length === 1);
  const tookMs = performance.now() - beganMs;
  assert.ok(tookMs >= 40 && tookMs < 500, `${tookMs.toFixed(0)} ms`);
  assert.equal(receiver.statistics().framesLost, 1);
});

test('what is not RTP is counted, and nothing else', async (context) => {
  const receiver = await startReceiver(context, { rtcp: false });
  const network = await ImpairedNetwork.open(context, receiver.port, {});
  const { output } = await send({ host: '127.0.0.1', port: network.port, rtcp: false }, 3);
  await output.close();
  await until('frames', () => receiver.statistics().framesComplete === 3);
  assert.equal(receiver.statistics().packetsMalformed, 0);
});
