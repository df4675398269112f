// Receiver reports of somebody who gets none of the stream, or does not see its packets.
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCamera, RtpOutput, type RtpOutputOptions } from '../../lib/index.js';
import { freeRtpPort } from '../helpers/ports.js';
import { until } from '../helpers/processes.js';
import { farewell, receiverReport } from '../rtcp/receivers.js';
import { receiverPair, type Receiver } from './receiver.js';

const maxBitrateKbps = 2000;

interface Stream {
  readonly output: RtpOutput;
  readonly rtp: Receiver;
  /** Where the sender takes reports. */
  readonly rtcpPort: number;
}

async function startStream(context: TestContext, options: RtpOutputOptions = {}): Promise<Stream> {
  const { rtp } = await receiverPair(context);
  const rtcpPort = await freeRtpPort();
  const output = new RtpOutput({
    ...{ host: '127.0.0.1', port: rtp.port, rtcp: { localPort: rtcpPort }, rate: { maxBitrateKbps } },
    ...options,
  });
  await output.start();
  const camera = await openCamera({ device: 'test', width: 320, height: 240, fps: 60 });
  await camera.attach(output);
  context.after(async () => {
    await camera.close();
    await output.close();
  });
  await rtp.received(100);
  return { output, rtp, rtcpPort };
}

async function openSocket(context: TestContext, address: string): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, address);
  await once(socket, 'listening');
  context.after(() => {
    socket.close();
  });
  return socket;
}

/** The worst that a report can say. */
function lossReport(reporter: number, ssrc: number, highestSequenceNumber: number): Uint8Array {
  const worst = { fractionLost: 255 / 256, packetsLost: 0x7f_ffff, jitterTicks: 2 ** 32 - 1 };
  return receiverReport(reporter, { ssrc, highestSequenceNumber, ...worst });
}

function lastSequenceNumber(rtp: Receiver): number {
  return rtp.rtp().at(-1)?.sequenceNumber ?? assert.fail();
}

test('reports from an address that gets none of the stream are foreign, however exact', async (context) => {
  const { output, rtp, rtcpPort } = await startStream(context);
  const stranger = await openSocket(context, '127.0.0.2');
  for (let i = 0; i < 300; i++) {
    stranger.send(lossReport(i, output.ssrc, lastSequenceNumber(rtp)), rtcpPort, '127.0.0.1');
    await sleep(5);
  }
  await until('all of them', () => output.statistics().rtcp?.packetsForeign === 300);
  const { rate, rtcp } = output.statistics();
  assert.deepEqual([rate?.boundKbps, rtcp?.receivers], [maxBitrateKbps, []]);
});

test('reports from the receiver’s address that name packets which were not sent are foreign', async (context) => {
  const { output, rtp, rtcpPort } = await startStream(context);
  const stranger = await openSocket(context, '127.0.0.1');
  for (let i = 0; i < 300; i++) {
    const number = (lastSequenceNumber(rtp) + 20_000 + 100 * i) & 0xffff;
    stranger.send(lossReport(i, output.ssrc, number), rtcpPort, '127.0.0.1');
    await sleep(5);
  }
  await until('all of them', () => output.statistics().rtcp?.packetsForeign === 300);
  assert.equal(output.statistics().rate?.boundKbps, maxBitrateKbps);
});

test('a receiver reports from any port of its address, and only from there it says goodbye', async (context) => {
  const { output, rtp, rtcpPort } = await startStream(context);
  const [receiver, stranger] = [
    await openSocket(context, '127.0.0.1'),
    await openSocket(context, '127.0.0.1'),
  ];
  receiver.send(lossReport(7, output.ssrc, lastSequenceNumber(rtp)), rtcpPort, '127.0.0.1');
  await until('the report', () => output.statistics().rtcp?.receivers.length === 1);
  assert.equal(output.statistics().rate?.boundKbps, 0.85 * maxBitrateKbps);
  stranger.send(farewell(7), rtcpPort, '127.0.0.1');
  await until('the forged goodbye', () => output.statistics().rtcp?.packetsForeign === 1);
  assert.equal(output.statistics().rtcp?.receivers.length, 1);
  receiver.send(farewell(7), rtcpPort, '127.0.0.1');
  await until('the goodbye', () => output.statistics().rtcp?.receivers.length === 0);
});

test('of several destinations each one may report, and one that was removed no more', async (context) => {
  const destinations = [{ host: '127.0.0.3', port: await freeRtpPort() }];
  const { output, rtp, rtcpPort } = await startStream(context, { destinations });
  const [first, second] = [await openSocket(context, '127.0.0.1'), await openSocket(context, '127.0.0.3')];
  const report = (socket: Socket, ssrc: number): void => {
    socket.send(lossReport(ssrc, output.ssrc, lastSequenceNumber(rtp)), rtcpPort, '127.0.0.1');
  };
  const receivers = (): unknown => output.statistics().rtcp?.receivers.map(({ ssrc }) => ssrc);
  report(first, 1);
  report(second, 2);
  await until('both', () => output.statistics().rtcp?.receivers.length === 2);
  assert.ok(await output.removeDestination(destinations[0] ?? assert.fail()));
  report(second, 3);
  await until('the report of the third', () => output.statistics().rtcp?.packetsForeign === 1);
  assert.deepEqual(receivers(), [1, 2]);
});

test('no report lowers the bitrate further than the owner allows', async (context) => {
  const rate = { maxBitrateKbps, minBitrateKbps: 1600 };
  const { output, rtp, rtcpPort } = await startStream(context, { rate });
  const receiver = await openSocket(context, '127.0.0.1');
  for (let i = 0; i < 400; i++) {
    receiver.send(lossReport(7, output.ssrc, lastSequenceNumber(rtp)), rtcpPort, '127.0.0.1');
    await sleep(5);
  }
  assert.equal(output.statistics().rate?.boundKbps, 1600);
});

for (const minBitrateKbps of [0, 2001, 1.5]) {
  test(`a lowest bitrate of ${String(minBitrateKbps)} of 2000 is refused`, () => {
    const options = { host: '127.0.0.1', port: 5000, rate: { maxBitrateKbps, minBitrateKbps } };
    assert.throws(() => new RtpOutput(options), {
      code: 'ERR_INVALID_ARGUMENT',
      message: `rate.minBitrateKbps is 1..2000, not ${String(minBitrateKbps)}`,
    });
  });
}
