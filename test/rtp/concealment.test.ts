import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  decodeScan,
  encodeInterval,
  flatMcu,
  intervalsOf,
  joinScan,
  type Mcu,
} from '../jpeg/entropy-coding.js';
import { without } from './received.js';
import { finish, frameOf, grey, patched, picture, receiverOf, type Picture } from './restart-frames.js';

const losses = [
  { name: 'the first packet', lost: [0], rows: [{ firstRow: 0, rowCount: 16 }] },
  { name: 'a packet in the middle', lost: [5], rows: [{ firstRow: 32, rowCount: 16 }] },
  { name: 'the last packet, with the marker', lost: [9], rows: [{ firstRow: 64, rowCount: 6 }] },
  { name: 'both halves of a row', lost: [2, 3], rows: [{ firstRow: 16, rowCount: 16 }] },
  { name: 'neighbouring rows', lost: [3, 4, 6], rows: [{ firstRow: 16, rowCount: 48 }] },
  {
    name: 'first and last packet',
    lost: [0, 9],
    rows: [
      { firstRow: 0, rowCount: 16 },
      { firstRow: 64, rowCount: 6 },
    ],
  },
  { name: 'all packets but one', lost: [0, 1, 2, 3, 4, 6, 7, 8, 9], rows: [{ firstRow: 0, rowCount: 70 }] },
];

for (const { name, lost, rows } of losses) {
  test(`lost: ${name}. The frame before stands in`, () => {
    const [before, damaged] = [frameOf(1), frameOf(2)];
    const receiver = receiverOf();
    receiver.receive(before.packets);
    receiver.receive(without(damaged.packets, ...lost));
    const decoded = finish(receiver);
    assert.deepEqual(decoded, [before.mcus, patched(damaged.mcus, before.mcus, lost)]);
    const { frame, damagedRows } = receiver.frames[1] ?? assert.fail();
    assert.deepEqual([frame.isConcealed, damagedRows, frame.damagedArea], [true, rows, lost.length / 10]);
    assert.deepEqual([receiver.statistics.framesComplete, receiver.statistics.framesConcealed], [1, 1]);
    assert.equal(receiver.statistics.framesLost, 0);
  });

  test(`lost: ${name}. Without a frame before it is grey`, () => {
    const damaged = frameOf(1);
    const receiver = receiverOf();
    receiver.receive(without(damaged.packets, ...lost));
    assert.deepEqual(finish(receiver), [patched(damaged.mcus, grey, lost)]);
    assert.deepEqual(receiver.frames[0]?.damagedRows, rows);
  });
}

test('a frame that is filled is handed out when it is given up', () => {
  const receiver = receiverOf({ latencyUs: 20_000 });
  receiver.receive(without(frameOf(1).packets, 4), 1000, 10);
  receiver.receive(frameOf(2).packets, 34_000, 10);
  receiver.depacketizer.advance(54_000);
  const times = receiver.frames.map(({ frame }) => [
    frame.firstPacketUs,
    frame.lastPacketUs,
    frame.completeUs,
  ]);
  assert.deepEqual(times, [
    [1000, 1080, 54_000],
    [34_000, 34_090, 34_090],
  ]);
});

test('a frame that was filled stands in for the next one', () => {
  const [first, second, third] = [frameOf(1), frameOf(2), frameOf(3)];
  const receiver = receiverOf();
  receiver.receive(first.packets);
  receiver.receive(without(second.packets, 4));
  receiver.receive(without(third.packets, 4, 5));
  const [, , decoded] = finish(receiver);
  const expected = patched(patched(third.mcus, first.mcus, [4]), second.mcus, [5]);
  assert.deepEqual(decoded, expected);
});

test('4:2:2, with a last interval that is shorter', () => {
  const shape: Picture = {
    ...picture,
    sampling: '4:2:2',
    size: { width: 90, height: 33 },
    heightUnits: 5,
    restartInterval: 7,
  };
  const [before, damaged] = [frameOf(1, {}, shape), frameOf(2, {}, shape)];
  const receiver = receiverOf({ size: shape.size });
  receiver.receive(without(before.packets, 1, 4));
  receiver.receive(without(damaged.packets, 4));
  const flat = Array.from({ length: 30 }, () => flatMcu('4:2:2'));
  const first = patched(before.mcus, flat, [1, 4], shape);
  assert.deepEqual(finish(receiver, shape), [first, patched(damaged.mcus, flat, [4], shape)]);
  assert.deepEqual(receiver.frames[1]?.damagedRows, [{ firstRow: 32, rowCount: 1 }]);
  assert.ok(Math.abs(receiver.frames[1].frame.damagedArea - 2 / 30) < 1e-9);
});

test('several intervals in a packet are lost together', () => {
  const [before, damaged] = [frameOf(1, { intervalsPerChunk: 4 }), frameOf(2, { intervalsPerChunk: 4 })];
  const receiver = receiverOf();
  receiver.receive(before.packets);
  receiver.receive(without(damaged.packets, 1));
  assert.deepEqual(finish(receiver)[1], patched(damaged.mcus, before.mcus, [4, 5, 6, 7]));
});

test('markers may stand at the begin of packets', () => {
  const options = { isMarkerInFront: true, intervalsPerChunk: 2 };
  const [before, damaged] = [frameOf(1, options), frameOf(2, options)];
  const receiver = receiverOf();
  receiver.receive(before.packets);
  receiver.receive(without(damaged.packets, 2));
  assert.deepEqual(finish(receiver), [before.mcus, patched(damaged.mcus, before.mcus, [4, 5])]);
});

describe('a chunk over several packets', () => {
  // Three intervals of some 50 bytes in about eight packets.
  const options = { intervalsPerChunk: 3, maxDataBytes: 20 };

  /** Which packets belong to the second chunk: intervals 3 to 5. */
  function secondChunk(packets: readonly Uint8Array[]): number[] {
    return packets.flatMap((bytes, i) => (((bytes[22] ?? 0) & 0x3f) === 0 && bytes[23] === 3 ? [i] : []));
  }

  test('is lost without its first packet', () => {
    const [before, damaged] = [frameOf(1, options), frameOf(2, options)];
    const [first = -1] = secondChunk(damaged.packets);
    const receiver = receiverOf();
    receiver.receive(before.packets);
    receiver.receive(without(damaged.packets, first));
    assert.deepEqual(finish(receiver)[1], patched(damaged.mcus, before.mcus, [3, 4, 5]));
  });

  test('without its last packet keeps the intervals that are whole', () => {
    const [before, damaged] = [frameOf(1, options), frameOf(2, options)];
    const last = secondChunk(damaged.packets).at(-1) ?? -1;
    const receiver = receiverOf();
    receiver.receive(before.packets);
    receiver.receive(without(damaged.packets, last));
    assert.deepEqual(finish(receiver)[1], patched(damaged.mcus, before.mcus, [5]));
  });

  test('at the end of the frame keeps the intervals that are whole without the marker', () => {
    const [before, damaged] = [
      frameOf(1, { ...options, intervalsPerChunk: 5 }),
      frameOf(2, { ...options, intervalsPerChunk: 5 }),
    ];
    const receiver = receiverOf();
    receiver.receive(before.packets);
    receiver.receive(without(damaged.packets, -1));
    assert.deepEqual(finish(receiver)[1], patched(damaged.mcus, before.mcus, [9]));
  });

  test('in any order, with any losses, gives a picture of whole intervals', () => {
    const [before, damaged] = [frameOf(1, options), frameOf(2, options)];
    fc.assert(
      fc.property(fc.shuffledSubarray(damaged.packets, { minLength: 5 }), (packets) => {
        const receiver = receiverOf();
        receiver.receive(before.packets);
        receiver.receive(packets, 1);
        const decoded = finish(receiver)[1];
        if (!decoded) {
          assert.equal(receiver.statistics.framesLost, 1);
          return;
        }
        for (const [i, mcu] of decoded.entries()) {
          const isOfOne = [before.mcus[i], damaged.mcus[i]].some((other) => isEqual(other, mcu));
          assert.ok(isOfOne, `MCU ${String(i)} is of neither frame`);
        }
      }),
      { numRuns: 100 },
    );
  });
});

function isEqual(one: Mcu | undefined, other: Mcu): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

const unlike = [
  { name: 'tables differ', options: { q: 51 }, shape: picture },
  { name: 'the interval differs', options: {}, shape: { ...picture, restartInterval: 5 } },
  {
    name: 'the size differs',
    options: {},
    shape: { ...picture, size: { width: 80, height: 96 }, widthUnits: 10, heightUnits: 12 },
  },
  {
    name: 'the sampling differs',
    options: {},
    shape: { ...picture, sampling: '4:2:2' as const, size: { width: 90, height: 40 }, heightUnits: 5 },
  },
];

for (const { name, options, shape } of unlike) {
  test(`the frame before does not stand in where ${name}`, () => {
    const before = frameOf(1, options, shape);
    const damaged = frameOf(2);
    const receiver = receiverOf();
    receiver.receive(before.packets);
    receiver.receive(without(damaged.packets, 3));
    receiver.depacketizer.advance(1e9);
    const { scan } = receiver.frames[1] ?? assert.fail();
    assert.deepEqual(decodeScan(scan, '4:2:0', 30, 3), patched(damaged.mcus, grey, [3]));
  });
}

test('tables of Q 128..254 are compared, not their numbers', () => {
  const tables = Uint8Array.from({ length: 128 }, (_, i) => i + 1);
  const before = frameOf(1, { q: 200, tables: [0, tables] });
  const same = frameOf(2, { q: 201, tables: [0, tables] });
  const other = frameOf(3, { q: 201, tables: [0, tables.with(5, 99)] });
  const receiver = receiverOf();
  receiver.receive(before.packets);
  receiver.receive(without(same.packets, 7));
  receiver.receive(without(other.packets, 7));
  const [, second, third] = finish(receiver);
  assert.deepEqual(second, patched(same.mcus, before.mcus, [7]));
  assert.deepEqual(third, patched(other.mcus, grey, [7]));
});

test('tables of the cache serve when the first packet is lost', () => {
  const tables = new Uint8Array(128).fill(9);
  const [before, damaged] = [frameOf(1, { q: 200, tables: [0, tables] }), frameOf(2, { q: 200 })];
  const receiver = receiverOf();
  receiver.receive(before.packets);
  receiver.receive(without(damaged.packets, 0));
  assert.deepEqual(finish(receiver)[1], patched(damaged.mcus, before.mcus, [0]));
});

test('a frame of Q 255 is lost with its first packet, which had the tables', () => {
  const tables = new Uint8Array(128).fill(9);
  const receiver = receiverOf();
  receiver.receive(frameOf(1, { q: 255, tables: [0, tables] }).packets);
  receiver.receive(without(frameOf(2, { q: 255, tables: [0, tables] }).packets, 0));
  receiver.receive(without(frameOf(3, { q: 255, tables: [0, tables] }).packets, 1));
  finish(receiver);
  assert.deepEqual([receiver.timestamps, receiver.statistics.framesLost], [[3000, 9000], 1]);
});

test('whole frames of restart intervals come out as they went in', () => {
  for (const options of [{}, { intervalsPerChunk: 3 }, { maxDataBytes: 13 }, { isMarkerInFront: true }]) {
    const frame = frameOf(1, options);
    const receiver = receiverOf();
    receiver.receive(frame.packets);
    const intervals = intervalsOf(frame.mcus, 3).map((interval) => encodeInterval(interval, '4:2:0'));
    assert.deepEqual(receiver.frames[0]?.scan, joinScan(intervals));
  }
});
