import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeScan } from '../jpeg/entropy-coding.js';
import { packetOf, TestReceiver, without } from './received.js';
import { finish, frameOf, grey, patched, receiverOf, type MadeFrame } from './restart-frames.js';

test('a frame without a marker whose intervals are all there is whole', () => {
  const frame = frameOf(1);
  const receiver = receiverOf();
  receiver.receive(frame.packets.map((bytes) => bytes.with(1, 26)));
  assert.deepEqual(finish(receiver), [frame.mcus]);
  assert.equal(receiver.frames[0]?.frame.isConcealed, false);
  assert.equal(receiver.statistics.framesComplete, 1);
});

const notFilled = [
  {
    name: 'it has no restart intervals',
    packets: [packetOf({ widthUnits: 12, heightUnits: 9 })],
    options: {},
  },
  { name: 'the whole frame is needed', packets: restartPacketsOfCount(0x3fff), options: {} },
  { name: 'filling is switched off', packets: without(frameOf(1).packets, 4), options: { conceal: false } },
  {
    name: 'no interval of it is whole',
    packets: frameOf(1, { maxDataBytes: 10 }).packets.filter((_, i) => i % 3 > 0),
    options: {},
  },
];

const large = { widthUnits: 254, heightUnits: 255, type: 65, restart: [1, true, true, 0] } as const;

test('a large frame is filled if a byte of it came for every four MCUs', () => {
  // 127 x 128 MCUs: 4064 bytes.
  for (const [bytes, frames] of [
    [4063, 0],
    [4064, 1],
  ] as const) {
    const receiver = new TestReceiver();
    receiver.receive([packetOf({ ...large, data: new Uint8Array(bytes).fill(1) })]);
    receiver.depacketizer.advance(1e9);
    assert.deepEqual([receiver.frames.length, receiver.statistics.framesLost], [frames, 1 - frames]);
  }
});

test('a frame is filled from the one before if that has at most 64 bytes for each one that came', () => {
  for (const [bytes, frames] of [
    [6400, 2],
    [6401, 1],
  ] as const) {
    const shape = { type: 65, widthUnits: 4, heightUnits: 4 } as const;
    const before = packetOf({
      ...{ ...shape, rtpTimestamp: 0, restart: [2, true, true, 0], marker: true },
      data: Uint8Array.from({ length: bytes }, (_, i) => [1, 0xff, 0xd0][i - 50] ?? 1),
    });
    const part = packetOf({
      ...{ ...shape, rtpTimestamp: 3000, restart: [2, true, true, 1] },
      data: new Uint8Array(100).fill(1),
    });
    const receiver = new TestReceiver();
    receiver.receive([before, part]);
    receiver.depacketizer.advance(1e9);
    assert.equal(receiver.frames.length, frames);
  }
});

/** The first half of a frame. */
function restartPacketsOfCount(count: number): Uint8Array[] {
  return frameOf(1)
    .packets.slice(0, 5)
    .map((bytes) => bytes.with(22, 0xc0 | (count >> 8)).with(23, count & 0xff));
}

for (const { name, packets, options } of notFilled) {
  test(`an incomplete frame is lost when ${name}`, () => {
    const receiver = receiverOf(options);
    receiver.receive(packets);
    receiver.depacketizer.advance(1e9);
    assert.deepEqual([receiver.frames.length, receiver.statistics.framesLost], [0, 1]);
  });
}

/** The frame's packet i carries other data than it should. */
function withData(frame: MadeFrame, i: number, data: Uint8Array): Uint8Array[] {
  const packets = [...frame.packets];
  const packet = packets[i] ?? assert.fail();
  const length = packet.length - 24;
  const filled = Uint8Array.from({ length }, (_, at) => data[at] ?? 1);
  packets[i] = Uint8Array.of(...packet.subarray(0, 24), ...filled);
  return packets;
}

const malformed = [
  { name: 'a marker too many', data: Uint8Array.of(1, 0xff, 0xd4, 1, 0xff, 0xd5) },
  { name: 'a marker out of turn', data: Uint8Array.of(1, 0xff, 0xd7) },
  { name: 'a marker of another kind', data: Uint8Array.of(1, 0xff, 0xc0) },
  { name: 'EOI amid', data: Uint8Array.of(1, 0xff, 0xd9) },
];

for (const { name, data } of malformed) {
  test(`an interval with ${name} counts as lost`, () => {
    const [before, damaged] = [frameOf(1), frameOf(2)];
    const receiver = receiverOf();
    receiver.receive(before.packets);
    receiver.receive(without(withData(damaged, 4, data), 8));
    assert.deepEqual(finish(receiver)[1], patched(damaged.mcus, before.mcus, [4, 8]));
  });
}

test('a chunk with fewer intervals than the next one says counts as lost', () => {
  const [before, damaged] = [frameOf(1, { intervalsPerChunk: 2 }), frameOf(2, { intervalsPerChunk: 2 })];
  const data = (damaged.packets[2] ?? assert.fail()).slice(24);
  // The marker between the two gives way, and the one behind them gets its number.
  data[Buffer.from(data).indexOf(Uint8Array.of(0xff, 0xd4))] = 1;
  data[data.length - 1] = 0xd4;
  const receiver = receiverOf();
  receiver.receive(before.packets);
  receiver.receive(without(withData(damaged, 2, data), 4));
  assert.deepEqual(finish(receiver)[1], patched(damaged.mcus, before.mcus, [4, 5, 8, 9]));
});

test('a last chunk with fewer intervals than the frame has left counts as lost', () => {
  const [before, damaged] = [frameOf(1, { intervalsPerChunk: 2 }), frameOf(2, { intervalsPerChunk: 2 })];
  const data = (damaged.packets[4] ?? assert.fail()).slice(24);
  data[Buffer.from(data).indexOf(Uint8Array.of(0xff, 0xd0))] = 1;
  data.set([1, 1], data.length - 2);
  const receiver = receiverOf();
  receiver.receive(before.packets);
  receiver.receive(without(withData(damaged, 4, data), 0));
  assert.deepEqual(finish(receiver)[1], patched(damaged.mcus, before.mcus, [0, 1, 8, 9]));
});

/** Restart Count, F and L of a packet. */
function withPlace(bytes: Uint8Array, count: number, flags: number): Uint8Array {
  return bytes.with(22, flags).with(23, count);
}

test('a chunk that begins before the one before has ended is taken, and that one is not', () => {
  const [before, damaged] = [frameOf(1), frameOf(2)];
  const packets = without(damaged.packets, 8);
  packets[3] = withPlace((packets[3] ?? assert.fail()).slice(0, -2), 3, 0x80);
  // The marker of interval 3 is gone, so what follows moves up.
  for (let i = 4; i < packets.length; i++) packets[i] = movedUp(packets[i] ?? assert.fail(), 2);
  const receiver = receiverOf();
  receiver.receive(before.packets);
  receiver.receive(packets);
  assert.deepEqual(finish(receiver)[1], patched(damaged.mcus, before.mcus, [3, 8]));
});

/** The packet with a smaller fragment offset. */
function movedUp(bytes: Uint8Array, byBytes: number): Uint8Array {
  const offset = ((bytes[14] ?? 0) << 8) + (bytes[15] ?? 0) - byBytes;
  return bytes.with(14, offset >> 8).with(15, offset & 0xff);
}

test('packets of one chunk with different counts are no chunk', () => {
  const [before, damaged] = [frameOf(1), frameOf(2)];
  const packets = without(damaged.packets, 8);
  packets[3] = withPlace(packets[3] ?? assert.fail(), 3, 0x80);
  packets[4] = withPlace(packets[4] ?? assert.fail(), 4, 0x40);
  const receiver = receiverOf();
  receiver.receive(before.packets);
  receiver.receive(packets);
  // Interval 3 is whole by its marker.
  assert.deepEqual(finish(receiver)[1], patched(damaged.mcus, before.mcus, [4, 8]));
});

test('a frame before that was not aligned does not stand in, nor does an older one', () => {
  const [older, damaged] = [frameOf(1), frameOf(3)];
  const before = frameOf(2).packets.map((bytes) => bytes.with(22, 0xff).with(23, 0xff));
  const receiver = receiverOf();
  receiver.receive(older.packets);
  receiver.receive(before);
  receiver.receive(without(damaged.packets, 3));
  assert.deepEqual(finish(receiver)[2], patched(damaged.mcus, grey, [3]));
});

test('a frame before with too few intervals does not stand in', () => {
  const [before, damaged] = [frameOf(1), frameOf(2)];
  const short = before.packets.slice(0, 5);
  short[4] = (short[4] ?? assert.fail()).with(1, 0x80 | 26);
  const receiver = receiverOf();
  receiver.receive(short);
  receiver.receive(without(damaged.packets, 2));
  receiver.depacketizer.advance(1e9);
  const { scan } = receiver.frames[1] ?? assert.fail();
  assert.deepEqual(decodeScan(scan, '4:2:0', 30, 3), patched(damaged.mcus, grey, [2]));
});

test('chunks whose numbers go back count as lost', () => {
  const [before, damaged] = [frameOf(1), frameOf(2)];
  const packets = without(damaged.packets, 8);
  packets[5] = (packets[5] ?? assert.fail()).with(23, 2);
  const receiver = receiverOf();
  receiver.receive(before.packets);
  receiver.receive(packets);
  assert.deepEqual(finish(receiver)[1], patched(damaged.mcus, before.mcus, [4, 5, 8]));
});

test('a frame before whose markers are wrong does not stand in', () => {
  const [before, damaged] = [frameOf(1), frameOf(2)];
  const receiver = receiverOf();
  receiver.receive(withData(before, 4, Uint8Array.of(1)));
  receiver.receive(without(damaged.packets, 2));
  receiver.depacketizer.advance(1e9);
  const { scan } = receiver.frames[1] ?? assert.fail();
  assert.deepEqual(decodeScan(scan, '4:2:0', 30, 3), patched(damaged.mcus, grey, [2]));
});

test('more intervals than a Restart Count can number are not filled', () => {
  // 2040x2040 of 4:2:2 in intervals of one MCU.
  const receiver = new TestReceiver();
  const options = { widthUnits: 255, heightUnits: 255, type: 64, data: Uint8Array.of(1, 0xff, 0xd0) };
  receiver.receive([packetOf({ ...options, restart: [1, true, true, 0] })]);
  receiver.depacketizer.advance(1e9);
  assert.equal(receiver.statistics.framesLost, 1);
});

test('a picture that would be larger than the limit when filled is lost', () => {
  const receiver = new TestReceiver({ maxFrameBytes: 1000 });
  const options = { widthUnits: 255, heightUnits: 255, type: 65, data: Uint8Array.of(1, 0xff, 0xd0) };
  receiver.receive([packetOf({ ...options, restart: [128, true, true, 0] })]);
  receiver.depacketizer.advance(1e9);
  assert.equal(receiver.statistics.framesLost, 1);
});

test('reset() forgets the frame before', () => {
  const [before, damaged] = [frameOf(1), frameOf(2)];
  const receiver = receiverOf();
  receiver.receive(before.packets);
  receiver.depacketizer.reset();
  receiver.receive(without(damaged.packets, 3));
  assert.deepEqual(finish(receiver)[1], patched(damaged.mcus, grey, [3]));
});
