// Packets of somebody who knows a stream's SSRC and ports, but does not see its packets.
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { before, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCamera, openReceiver, RtpOutput, type Receiver } from '../../lib/index.js';
import {
  ntpFromUnixUs,
  writeBye,
  writeReceiverReport,
  writeSenderReport,
  writeSourceDescription,
} from '../../lib/rtcp/index.js';
import { Random } from '../fuzz/random.js';
import { freeRtpPort } from '../helpers/ports.js';
import { until } from '../helpers/processes.js';
import { requireReceiveBuffers } from '../helpers/receivers.js';
import { packetOf } from '../rtp/received.js';

before(() => {
  requireReceiveBuffers();
});

const random = new Random(1);
const any = (): number => random.below(2 ** 32);

interface Stream {
  readonly receiver: Receiver;
  readonly output: RtpOutput;
  /** Of all frames that came. */
  readonly rtpTimestamps: number[];
  /** By how much each frame is older than its time of capture says, in milliseconds. */
  readonly agesMs: number[];
  readonly sources: number[];
}

/** The test pattern, 30 times a second, on its way to a receiver that has its sender's first report. */
async function startStream(context: TestContext, mux: boolean): Promise<Stream> {
  const port = await freeRtpPort();
  const receiver = await openReceiver({ address: '0.0.0.0', port, ...(mux && { rtcpPort: port }) });
  const stream = { receiver, rtpTimestamps: [] as number[], agesMs: [] as number[], sources: [] as number[] };
  receiver.on('source', (ssrc) => stream.sources.push(ssrc));
  const camera = await openCamera({ device: 'test', fps: 30 });
  const output = new RtpOutput({ host: '127.0.0.1', port, ssrc: 77, rtcp: { mux } });
  await output.start();
  await camera.attach(output);
  context.after(async () => {
    await camera.close();
    await output.close();
    await receiver.close();
  });
  await until('the sender’s name', () => receiver.statistics().rtcp?.cname !== undefined);
  receiver.on('frame', ({ rtpTimestamp, captureUnixUs = Number.NaN }) => {
    stream.rtpTimestamps.push(rtpTimestamp);
    stream.agesMs.push(Date.now() - captureUnixUs / 1e3);
  });
  return { ...stream, output };
}

/** Writes a compound. */
function compound(...writers: readonly ((bytes: Uint8Array, offset: number) => number)[]): Uint8Array {
  const bytes = new Uint8Array(500);
  let end = 0;
  for (const write of writers) end += write(bytes, end);
  return bytes.subarray(0, end);
}

/** A report whose timestamps are made up, under the stream's SSRC. */
function senderReport(isLast: boolean): Uint8Array {
  const ntp = ntpFromUnixUs(any() * 1000);
  const counts = { packetCount: any(), octetCount: any(), reportBlocks: [] };
  return compound(
    (bytes, at) => writeSenderReport(bytes, at, { ssrc: 77, ntp, rtpTimestamp: any(), ...counts }),
    (bytes, at) => writeSourceDescription(bytes, at, { chunks: [{ ssrc: 77, cname: 'forged' }] }),
    (bytes, at) => (isLast ? writeBye(bytes, at, { ssrcs: [77] }) : 0),
  );
}

function goodbye(): Uint8Array {
  return compound(
    (bytes, at) => writeReceiverReport(bytes, at, { ssrc: 7, reportBlocks: [] }),
    (bytes, at) => writeBye(bytes, at, { ssrcs: [77] }),
  );
}

/** Two packets that follow each other. */
function twoPackets(ssrc: number): Uint8Array[] {
  const [sequenceNumber, rtpTimestamp] = [any(), any()];
  return [0, 1].map((i) =>
    packetOf({ ssrc, sequenceNumber: (sequenceNumber + i) & 0xffff, rtpTimestamp, data: Uint8Array.of(1) }),
  );
}

async function openSocket(context: TestContext, address: string): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, address);
  await once(socket, 'listening');
  context.after(() => {
    socket.close();
  });
  return socket;
}

for (const mux of [false, true]) {
  for (const address of ['127.0.0.1', '127.0.0.2']) {
    test(
      `forged packets from ${address === '127.0.0.1' ? 'another port' : address} do not disturb a stream; RTCP ${mux ? 'on the same port' : 'apart'}`,
      { timeout: 60_000 },
      async (context) => {
        const { receiver, rtpTimestamps, agesMs, sources } = await startStream(context, mux);
        const socket = await openSocket(context, address);
        let answers = 0;
        socket.on('message', () => (answers += 1));
        const rtcpPort = receiver.port + (mux ? 0 : 1);
        for (let i = 0; i < 150; i++) {
          for (const bytes of [...twoPackets(77), ...twoPackets(any())])
            socket.send(bytes, receiver.port, '127.0.0.1');
          for (const bytes of [goodbye(), senderReport(false), senderReport(true)])
            for (const port of [rtcpPort, receiver.port]) socket.send(bytes, port, '127.0.0.1');
          await sleep(20);
        }
        const { ssrc, framesLost, packetsForeign, rtcp } = receiver.statistics();
        assert.deepEqual([ssrc, sources, framesLost, rtcp?.cname === 'forged'], [77, [77], 0, false]);
        const span = ((rtpTimestamps.at(-1) ?? 0) - (rtpTimestamps[0] ?? 0)) >>> 0;
        assert.equal(Math.round(span / 3000) + 1, rtpTimestamps.length, 'no frame is missing');
        assert.ok(rtpTimestamps.length > 60);
        assert.ok(Math.min(...agesMs) > -50 && Math.max(...agesMs) < 1000, agesMs.join(' '));
        assert.ok(packetsForeign > 500 && (rtcp?.packetsForeign ?? 0) > 500);
        assert.equal(answers, 0, 'nothing is sent to the forger');
      },
    );
  }
}

test('a sender that begins anew under its SSRC and port is received as before', async (context) => {
  const port = await freeRtpPort();
  const receiver = await openReceiver({ address: '127.0.0.1', port }, { rtcp: false });
  const localPort = await freeRtpPort();
  let frames = 0;
  receiver.on('frame', () => (frames += 1));
  context.after(() => receiver.close());
  for (let sent = 0; sent < 60; sent += 20) {
    const output = new RtpOutput({ host: '127.0.0.1', port, localPort, ssrc: 77, rtcp: false });
    await output.start();
    const camera = await openCamera({ device: 'test', fps: 30 });
    await camera.attach(output);
    await until('frames', () => output.statistics().framesSent >= 20);
    await camera.close();
    await output.close();
  }
  await until('nearly all frames', () => frames >= 58);
});
