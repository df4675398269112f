// Rate control by what a camera and its receivers say.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCamera, RtpOutput } from '../../lib/index.js';
import { Pipeline } from '../../lib/pipeline/index.js';
import { writeReceiverReport } from '../../lib/rtcp/index.js';
import { Receiver, receiverPair } from './receiver.js';

test('the camera’s quality is the ceiling, also while it runs', async (t) => {
  const receiver = await Receiver.open(t);
  const rate = { maxBitrateKbps: 100_000 };
  const output = new RtpOutput({ host: '127.0.0.1', port: receiver.port, rtcp: false, rate });
  await output.start();
  const camera = await openCamera({ device: 'test', width: 64, height: 48, fps: 200, quality: 80 });
  await camera.attach(output);
  while (output.statistics().rate?.quality !== 80) await receiver.received(receiver.packets.length + 1);
  camera.setQuality(30);
  assert.equal(output.statistics().rate?.quality, 30);
  assert.equal(output.statistics().rate?.lastChange, 'ceiling');
  await camera.close();
  await output.close();
});

test('a receiver that reports loss lowers the bound of a pipeline', async (t) => {
  const { rtp, rtcp } = await receiverPair(t);
  const rate = { maxBitrateKbps: 2000 };
  const output = new RtpOutput({ host: '127.0.0.1', port: rtp.port, rate });
  const pipeline = new Pipeline({
    name: 'camera1',
    camera: { device: 'test', width: 320, height: 240, fps: 60, quality: 90 },
    outputs: [output],
  });
  const ended = pipeline.run();
  await rtp.received(200);
  const limited = output.statistics().rate;
  assert.ok(limited && limited.quality < 90 && limited.boundKbps === 2000);
  const report = lossReport(output.ssrc, 0.2, rtp.rtp().at(-1)?.sequenceNumber ?? 0);
  rtcp.send(report, await rtcp.nextFrom());
  while (output.statistics().rate?.boundKbps === 2000) await rtp.received(rtp.packets.length + 1);
  const { boundKbps, lastChange } = output.statistics().rate ?? {};
  assert.deepEqual([boundKbps, lastChange], [1700, 'loss']);
  pipeline.stop();
  await ended;
});

/** A receiver report that says that this part of the stream was lost (RFC 3550 section 6.4.2). */
function lossReport(ssrc: number, fractionLost: number, highestSequenceNumber: number): Uint8Array {
  const bytes = new Uint8Array(64);
  const block = { ssrc, fractionLost, packetsLost: 10, highestSequenceNumber, jitterTicks: 0 };
  const reportBlocks = [{ ...block, lastReportCompactNtp: 0, delaySinceLastReport: 0 }];
  return bytes.subarray(0, writeReceiverReport(bytes, 0, { ssrc: 1, reportBlocks }));
}
