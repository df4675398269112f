// The profile "restart": what a receiver can tell of packets that came without the others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCamera, RtpOutput, type CameraOptions } from '../../lib/index.js';
import { receive, type ReceivedPacket } from '../rtp/jpeg-stream.js';
import { Receiver } from './receiver.js';

const mtu = 1400;
const frames = 30;

/** What of a frame arrives, packet by packet. */
async function streamFrames(receiver: Receiver, options: CameraOptions): Promise<ReceivedPacket[][]> {
  const { port } = receiver;
  const output = new RtpOutput({ host: '127.0.0.1', port, mtu, profile: 'restart', rtcp: false });
  await output.start();
  const camera = await openCamera({ device: 'test', restartInterval: 'auto', ...options });
  await camera.attach(output);
  while (output.statistics().framesSent < frames) await receiver.received(receiver.packets.length + 1);
  await camera.close();
  await output.close();
  await receiver.received(output.statistics().destinations[0]?.socket?.packetsSent ?? 0);
  const byTime = new Map<number, ReceivedPacket[]>();
  for (const packet of receiver.packets.map(receive)) {
    const { rtpTimestamp } = packet.rtp;
    byTime.set(rtpTimestamp, [...(byTime.get(rtpTimestamp) ?? []), packet]);
  }
  return [...byTime.values()];
}

/** Intervals in a packet of whole ones: each ends with a marker, or with the frame. */
function intervalsIn({ data }: ReceivedPacket): number {
  let count = 0;
  data.forEach((byte, i) => {
    const code = data[i + 1] ?? 0;
    if (byte === 0xff && ((code >= 0xd0 && code <= 0xd7) || code === 0xd9)) count += 1;
  });
  return count;
}

for (const encodeThreads of [1, 2, 4]) {
  for (const size of [
    { width: 640, height: 480, quality: 85 },
    { width: 1920, height: 1080, quality: 70 },
  ]) {
    const name = `${String(size.width)}x${String(size.height)}, ${String(encodeThreads)} threads`;
    test(`${name}: each packet is whole intervals, says which, and is well filled`, async (t) => {
      const receiver = await Receiver.open(t);
      const received = await streamFrames(receiver, { ...size, encodeThreads, subFrame: true, fps: 30 });
      const mcus = Math.ceil(size.width / 16) * Math.ceil(size.height / 16);
      const usedIntervals: number[] = [];
      for (const packets of received) {
        let next = 0;
        for (const packet of packets) {
          assert.ok(packet.restart?.first && packet.restart.last);
          assert.equal(packet.restart.restartCount, next);
          assert.equal(packet.main.q, size.quality);
          next += intervalsIn(packet);
        }
        const { restartInterval = 0 } = packets[0]?.restart ?? {};
        assert.equal(next, Math.ceil(mcus / restartInterval));
        if (usedIntervals.at(-1) !== restartInterval) usedIntervals.push(restartInterval);
      }
      assert.ok(usedIntervals.length <= 2, `intervals changed: ${usedIntervals.join(', ')}`);
      const late = received.slice(5).flatMap((packets) => packets.slice(0, -1));
      const fill = late.reduce((sum, { bytes }) => sum + bytes.length, 0) / late.length / mtu;
      assert.ok(fill > 0.8, String(fill));
      const intervals = late.reduce((sum, packet) => sum + intervalsIn(packet), 0) / late.length;
      assert.ok(intervals >= 4, String(intervals));
    });
  }
}
