// Packets that would cost their receiver much more than their sender.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JpegDepacketizer, parseRtpPacket, type JpegDepacketizerOptions } from '../../lib/rtp/index.js';
import { packetOf, type TestPacket } from './received.js';

interface CostlyPackets {
  readonly name: string;
  readonly options?: Partial<JpegDepacketizerOptions>;
  readonly packet: (i: number) => TestPacket;
}

const data = Uint8Array.of(0x28, 0xa2, 0x8a, 0);
const unknownSize = { type: 65, widthUnits: 0, heightUnits: 0 };

/** A scan of restart intervals that are 100 bytes long. */
const longScan = Uint8Array.from({ length: 1_000_000 }, (_, i) => {
  const at = i % 100;
  return at === 98 ? 0xff : at === 99 ? 0xd0 + (Math.floor(i / 100) % 8) : 1;
}).subarray(0, 999_998);

const costly: readonly CostlyPackets[] = [
  {
    name: 'a picture of 16,256 restart intervals in each packet',
    packet: () => ({ type: 65, widthUnits: 254, heightUnits: 255, restart: [1, true, true, 0], data }),
  },
  {
    name: 'a picture of 8192x8192 in each packet, in 15,421 intervals',
    options: { size: { width: 8192, height: 8192 } },
    packet: () => ({ ...unknownSize, restart: [17, true, true, 0], data }),
  },
  {
    name: 'a picture of 4096x8192 in each packet, in three intervals',
    options: { size: { width: 4096, height: 8192 } },
    packet: () => ({ ...unknownSize, restart: [65_535, true, true, 0], data }),
  },
  {
    name: 'a part of a picture whose predecessor had a megabyte',
    packet: (i) => ({
      ...{ type: 65, widthUnits: 200, heightUnits: 200, restart: [1, true, true, 0] },
      ...(i === 0 ? { data: longScan, marker: true } : { data }),
    }),
  },
  { name: 'the end of a frame of 4 MiB', packet: () => ({ fragmentOffset: 2 ** 22 - 100 }) },
  {
    name: 'the end of a frame of 16 MiB',
    options: { maxFrameBytes: 2 ** 24 },
    packet: () => ({ fragmentOffset: 2 ** 24 - 100 }),
  },
  { name: 'a whole frame in each packet', packet: () => ({ marker: true }) },
  {
    name: 'other quantization tables in each packet',
    packet: (i) => ({
      marker: true,
      q: 128 + (i % 127),
      tables: [0, new Uint8Array(128).fill(1 + (i % 250))],
    }),
  },
  {
    name: 'other quantization tables in each part of a frame',
    packet: (i) => ({
      ...{ type: 65, restart: [1, true, true, 1], q: 128 + (i % 127) },
      tables: [0, new Uint8Array(128).fill(1 + (i % 250))],
    }),
  },
  {
    name: 'a frame from its end, byte by byte',
    packet: (i) => ({ rtpTimestamp: 0, fragmentOffset: 2 * (60_000 - i), data: Uint8Array.of(1) }),
  },
];

for (const { name, options, packet } of costly) {
  test(`costs little: ${name}`, () => {
    const count = 1000;
    let handedOutBytes = 0;
    const depacketizer = new JpegDepacketizer({
      onFrame: (frame) => (handedOutBytes += frame.data.length),
      ...options,
    });
    const packets = Array.from({ length: count }, (_, i) =>
      packetOf({ sequenceNumber: i, rtpTimestamp: 3000 * i, ...packet(i) }),
    );
    const sentBytes = packets.reduce((sum, bytes) => sum + bytes.length, 0);
    const cpu = process.cpuUsage();
    for (const [i, bytes] of packets.entries()) {
      const parsed = parseRtpPacket(bytes);
      assert.ok(parsed.ok);
      depacketizer.receive(bytes, parsed.value, i * 1000);
    }
    const { user, system } = process.cpuUsage(cpu);
    const { packetsDropped } = depacketizer.statistics();
    assert.ok((user + system) / count < 200, `${((user + system) / count).toFixed(0)} us a packet`);
    // The header of a JPEG file has more than 600 bytes.
    assert.ok(handedOutBytes < 700 * count + sentBytes, String(handedOutBytes));
    assert.ok(depacketizer.memoriesMade < 12, String(depacketizer.memoriesMade));
    assert.ok(
      Object.values(packetsDropped).every((drops) => drops === 0),
      JSON.stringify(packetsDropped),
    );
  });
}
