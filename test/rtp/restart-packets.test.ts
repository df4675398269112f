// Packets that hold whole restart intervals: RFC 2435 section 3.1.7.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PacketBatch, wholeFrameRestartCount } from '../../lib/rtp/index.js';
import {
  frameOfIntervals,
  frameWith,
  packetizerWith,
  reassemble,
  receive,
  send,
  type ParsedFrame,
  type ReceivedPacket,
} from './jpeg-stream.js';

// RTP header, main JPEG header, restart marker header; then quantization table header and tables.
const headerBytes = 12 + 8 + 4;
const firstHeaderBytes = headerBytes + 4 + 128;
const mtu = 1000;

/** Of each packet: F, L, count, payload bytes. */
function outline(packets: readonly ReceivedPacket[]): [boolean, boolean, number, number][] {
  return packets.map(({ restart, data }) => {
    assert.ok(restart);
    return [restart.first, restart.last, restart.restartCount, data.length];
  });
}

/** The frame packet by packet, as it is there byte for byte. */
function sendGrowing(frame: ParsedFrame, steps: readonly number[], packetMtu = mtu): ReceivedPacket[] {
  const packetizer = packetizerWith({ mtu: packetMtu });
  assert.equal(packetizer.beginFrame(frame.jpeg, frame.bytes, 1_000_000), undefined);
  const packets: ReceivedPacket[] = [];
  for (const [i, scanBytes] of [...steps, frame.scan.length].entries()) {
    const batch = new PacketBatch();
    // What is not there yet must not be looked at.
    const partly = frame.bytes.slice();
    partly.fill(0xff, frame.jpeg.scanOffset + scanBytes);
    frame.bytes.set(partly);
    frame.bytes.set(frame.scan.subarray(0, scanBytes), frame.jpeg.scanOffset);
    assert.equal(packetizer.append(scanBytes, i === steps.length, batch), undefined);
    packets.push(
      ...Array.from({ length: batch.packetCount }, (_, at) => receive(batch.packet(at, frame.bytes))),
    );
  }
  return packets;
}

test('a packet holds as many whole intervals as it has room for, and says which is the first', () => {
  const frame = frameOfIntervals([300, 300, 200, 49, 500, 400, 76, 100]);
  const packets = send(packetizerWith({ mtu }), frame);
  // 844 bytes of room in the first one, 976 in the others.
  assert.deepEqual(outline(packets), [
    [true, true, 0, 800],
    [true, true, 3, 949],
    [true, true, 6, 176],
  ]);
  assert.deepEqual(reassemble(packets), frame.scan);
});

test('packets that are filled to the last byte are none too few', () => {
  const room = mtu - headerBytes;
  const frame = frameOfIntervals([mtu - firstHeaderBytes, 400, room - 400, room]);
  assert.deepEqual(outline(send(packetizerWith({ mtu }), frame)), [
    [true, true, 0, mtu - firstHeaderBytes],
    [true, true, 1, room],
    [true, true, 3, room],
  ]);
});

test('an interval ends with its marker, so every packet begins with entropy-coded data', () => {
  const packets = send(packetizerWith({ mtu }), frameOfIntervals(Array.from({ length: 20 }, () => 150)));
  for (const { data, restart } of packets.slice(0, -1)) {
    const next = (restart?.restartCount ?? 0) + data.length / 150;
    assert.deepEqual([...data.subarray(-2)], [0xff, 0xd0 + ((next - 1) % 8)]);
  }
  assert.deepEqual([...(packets.at(-1)?.data.subarray(-2) ?? [])], [0xff, 0xd9]);
  assert.ok(packets.every(({ data }) => data[0] !== 0xff));
});

test('an interval longer than a packet is a chunk over several, which no other interval shares', () => {
  const frame = frameOfIntervals([100, 2000, 50, 3000]);
  const packets = send(packetizerWith({ mtu }), frame);
  assert.deepEqual(outline(packets), [
    [true, true, 0, 100],
    [true, false, 1, 976],
    [false, false, 1, 976],
    [false, true, 1, 48],
    [true, true, 2, 50],
    [true, false, 3, 976],
    [false, false, 3, 976],
    [false, false, 3, 976],
    [false, true, 3, 72],
  ]);
  assert.deepEqual(reassemble(packets), frame.scan);
});

test('a frame of one interval is one chunk', () => {
  assert.deepEqual(outline(send(packetizerWith({ mtu }), frameOfIntervals([1500]))), [
    [true, false, 0, 844],
    [false, true, 0, 656],
  ]);
});

test('all packets but the last are without the marker of RTP, and the last has it', () => {
  const packets = send(packetizerWith({ mtu }), frameOfIntervals([900, 900, 900, 2000]));
  const markers = packets.map(({ rtp }) => rtp.marker);
  assert.equal(markers.pop(), true);
  assert.ok(!markers.includes(true));
});

const irregular: { name: string; numbers: number[] }[] = [
  { name: 'one too few', numbers: [0, 1] },
  { name: 'one too many', numbers: [0, 1, 2, 3] },
  { name: 'in another order', numbers: [0, 2, 1] },
  { name: 'beginning with another number', numbers: [1, 2, 3] },
];

for (const { name, numbers } of irregular) {
  test(`markers that are ${name}: packets are full, and the frame has to be whole`, () => {
    const scan = numbers.flatMap((number) => [...new Uint8Array(800).fill(7), 0xff, 0xd0 + number]);
    const frame = frameWith(Uint8Array.from([...scan, 7]), { width: 64, restartInterval: 1 });
    const packets = send(packetizerWith({ mtu }), frame);
    assert.ok(outline(packets).every(([first, last, count]) => first && last && count === 0x3fff));
    assert.ok(packets.slice(0, -1).every(({ bytes }) => bytes.length === mtu));
    assert.deepEqual(reassemble(packets), frame.scan);
  });
}

test('more intervals than 14 bits can number: the frame has to be whole', () => {
  for (const [height, isAligned] of [
    [2032, true],
    [2040, false],
  ] as const) {
    const intervals = 128 * Math.ceil(height / 16);
    const scan = Array.from({ length: intervals - 1 }, (_, i) => [1, 2, 0xff, 0xd0 + (i % 8)]).flat();
    const frame = frameWith(Uint8Array.from([...scan, 1]), { width: 2040, height, restartInterval: 1 });
    const packets = send(packetizerWith(), frame);
    const counts = packets.map(({ restart }) => restart?.restartCount ?? 0);
    if (isAligned) assert.ok(Math.max(...counts) < intervals && (counts[1] ?? 0) > 100);
    else assert.deepEqual(new Set(counts), new Set([wholeFrameRestartCount]));
  }
});

test('data that look like markers, and fill bytes before them, are told apart', () => {
  const interval = [0xd0, 0xff, 0x00, 0xd1, 0xff, 0x00];
  const scan = [...interval, 0xff, 0xff, 0xd0, ...interval, 0xff, 0xd1, ...interval];
  const frame = frameWith(Uint8Array.from(scan), { width: 48, restartInterval: 1 });
  assert.deepEqual(outline(send(packetizerWith({ mtu: 256 }), frame)), [[true, true, 0, scan.length + 2]]);
});

test('a frame that grows leaves in the same packets, none of them before it is certain', () => {
  const intervalBytes = fc.oneof(fc.integer({ min: 3, max: 300 }), fc.integer({ min: 3, max: 3000 }));
  fc.assert(
    fc.property(
      fc.array(intervalBytes, { minLength: 1, maxLength: 40 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
      fc.integer({ min: 256, max: 1500 }),
      (intervals, cuts, packetMtu) => {
        const frame = frameOfIntervals(intervals);
        const whole = send(packetizerWith({ mtu: packetMtu }), frame);
        const steps = cuts.map((cut) => Math.floor(cut * frame.scan.length)).sort((a, b) => a - b);
        const grown = sendGrowing(frame, steps, packetMtu);
        assert.deepEqual(
          grown.map(({ bytes }) => bytes),
          whole.map(({ bytes }) => bytes),
        );
        assert.deepEqual(reassemble(whole), frame.scan);
        assert.ok(whole.every(({ bytes }) => bytes.length <= packetMtu));
      },
    ),
    { numRuns: 300 },
  );
});
