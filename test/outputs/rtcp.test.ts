import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCamera, RtpOutput, type RtpOutputOptions } from '../../lib/index.js';
import {
  compactNtp,
  parseCompoundPacket,
  unixUsFromNtp,
  writeReceiverReport,
  type RtcpPacket,
} from '../../lib/rtcp/index.js';
import { freeRtpPort } from '../helpers/ports.js';
import { receiverPair, type Receiver } from './receiver.js';

/** Streams until everything is closed at the end of the test. */
async function stream(context: TestContext, options: RtpOutputOptions): Promise<RtpOutput> {
  const camera = await openCamera({ device: 'test', fps: 60 });
  const output = new RtpOutput(options);
  await output.start();
  await camera.attach(output);
  context.after(async () => {
    await camera.close();
    await output.close();
  });
  return output;
}

function reports(receiver: Receiver): RtcpPacket[][] {
  return receiver.packets.map((bytes) => {
    const compound = parseCompoundPacket(bytes, 'report-first');
    assert.ok(compound.ok, compound.ok ? '' : compound.reason);
    return [...compound.value];
  });
}

function senderReport(receiver: Receiver, index = 0) {
  const report = reports(receiver)[index]?.find((packet) => packet.type === 'sender-report');
  assert.ok(report);
  return report;
}

function cnameOf(receiver: Receiver): string | undefined {
  const description = reports(receiver)[0]?.find((packet) => packet.type === 'source-description');
  return description?.chunks[0]?.cname;
}

test('the first report comes at once, and maps RTP timestamps to the wall clock', async (t) => {
  const { rtp, rtcp } = await receiverPair(t);
  const output = await stream(t, { host: '127.0.0.1', port: rtp.port });
  await Promise.all([rtcp.received(1), rtp.received(1)]);
  const report = senderReport(rtcp);
  assert.equal(report.ssrc, output.ssrc);
  assert.ok(Math.abs(unixUsFromNtp(report.ntp) / 1000 - Date.now()) < 5000);
  // The report was written just after its first frame was captured.
  const [first] = rtp.rtp();
  const ageUnits = (report.rtpTimestamp - (first?.rtpTimestamp ?? 0)) | 0;
  assert.ok(ageUnits >= 0 && ageUnits < 90_000, String(ageUnits));
  assert.equal(output.statistics().rtcp?.reportsSent, 1);
});

test('two outputs of one device have one CNAME, and different SSRCs', async (t) => {
  const pairs = [await receiverPair(t), await receiverPair(t)] as const;
  const outputs = [
    await stream(t, { host: '127.0.0.1', port: pairs[0].rtp.port }),
    await stream(t, { host: '127.0.0.1', port: pairs[1].rtp.port }),
  ];
  await Promise.all(pairs.map(({ rtcp }) => rtcp.received(1)));
  const [first, second] = pairs.map(({ rtcp }) => cnameOf(rtcp));
  assert.ok(first && first.length >= 16);
  assert.equal(first, second);
  assert.notEqual(outputs[0]?.ssrc, outputs[1]?.ssrc);
});

test('what a receiver reports is in the statistics, with the round trip', async (t) => {
  const { rtp, rtcp } = await receiverPair(t);
  const localPort = await freeRtpPort();
  const output = await stream(t, { host: '127.0.0.1', port: rtp.port, rtcp: { localPort } });
  await Promise.all([rtcp.received(1), rtp.received(50)]);
  const answer = new Uint8Array(100);
  const bytes = writeReceiverReport(answer, 0, {
    ssrc: 77,
    reportBlocks: [
      {
        ssrc: output.ssrc,
        fractionLost: 0.25,
        packetsLost: 12,
        highestSequenceNumber: rtp.rtp().at(-1)?.sequenceNumber ?? 0,
        jitterTicks: 900,
        lastReportCompactNtp: compactNtp(senderReport(rtcp).ntp),
        delaySinceLastReport: 0,
      },
    ],
  });
  rtcp.send(answer.subarray(0, bytes), localPort);
  rtcp.send(Buffer.from('not RTCP at all'), localPort);
  for (let i = 0; i < 200 && (output.statistics().rtcp?.packetsReceived ?? 0) < 2; i++) await sleep(10);
  const { receivers = [], packetsMalformed } = output.statistics().rtcp ?? {};
  assert.equal(packetsMalformed, 1);
  assert.deepEqual(
    receivers.map(({ ssrc, fractionLost, packetsLost, jitterMs }) => [
      ssrc,
      fractionLost,
      packetsLost,
      jitterMs,
    ]),
    [[77, 0.25, 12, 10]],
  );
  assert.ok((receivers[0]?.roundTripMs ?? -1) >= 0 && (receivers[0]?.roundTripMs ?? 1e9) < 5000);
});

test('the end is told by BYE, after the last packet of RTP', async (t) => {
  const { rtp, rtcp } = await receiverPair(t);
  const camera = await openCamera({ device: 'test', fps: 60 });
  const output = new RtpOutput({ host: '127.0.0.1', port: rtp.port });
  await output.start();
  await camera.attach(output);
  await rtp.received(100);
  await camera.close();
  await output.close();
  await rtcp.received(2);
  const last = reports(rtcp).at(-1) ?? [];
  assert.deepEqual(
    last.map(({ type }) => type),
    ['sender-report', 'source-description', 'bye'],
  );
  const bye = last.find((packet) => packet.type === 'bye');
  assert.deepEqual(bye?.ssrcs, [output.ssrc]);
});

test('who has sent nothing says nothing', async (t) => {
  const { rtp, rtcp } = await receiverPair(t);
  const output = new RtpOutput({ host: '127.0.0.1', port: rtp.port });
  await output.start();
  await output.close();
  await sleep(50);
  assert.deepEqual([rtcp.packets.length, rtp.packets.length], [0, 0]);
});

test('with mux both are on one port, and reports come back there', async (t) => {
  const { rtp, rtcp } = await receiverPair(t);
  const output = await stream(t, { host: '127.0.0.1', port: rtp.port, rtcp: { mux: true } });
  await rtp.received(50);
  const isRtcp = (bytes: Buffer): boolean => (bytes[1] ?? 0) >= 200 && (bytes[1] ?? 0) <= 204; // RFC 5761 section 4
  const [report] = rtp.packets.filter(isRtcp);
  assert.ok(report, 'a report on the port of RTP');
  assert.equal(rtcp.packets.length, 0);
  rtp.send(report, output.localPort); // a foreign report is one that came
  for (let i = 0; i < 200 && output.statistics().rtcp?.packetsReceived !== 1; i++) await sleep(10);
  assert.equal(output.statistics().rtcp?.packetsForeign, 1);
});

test('rtcp: false sends none', async (t) => {
  const { rtp, rtcp } = await receiverPair(t);
  const output = await stream(t, { host: '127.0.0.1', port: rtp.port, rtcp: false });
  await rtp.received(100);
  assert.deepEqual([rtcp.packets.length, output.statistics().rtcp], [0, undefined]);
});

test('reports leave from the port after that of RTP, where that was given', async (t) => {
  const { rtp, rtcp } = await receiverPair(t);
  const localPort = await freeRtpPort();
  const message = rtcp.nextFrom();
  await stream(t, { host: '127.0.0.1', port: rtp.port, localPort });
  assert.equal(await message, localPort + 1);
});
