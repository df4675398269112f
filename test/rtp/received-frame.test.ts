import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jpegFileHeaderMaxBytes } from '../../lib/jpeg/index.js';
import type { ReceivedFrame } from '../../lib/rtp/index.js';
import { packetOf, packetsOf, restartPackets, TestReceiver, without } from './received.js';

/** Frame number n has n in all its bytes. */
function frame(number: number, bytes = 1000): Uint8Array[] {
  return packetsOf(new Uint8Array(bytes).fill(number % 251), 200, { rtpTimestamp: 3000 * number });
}

function collect(options: { maxFramesOnLoan?: number } = {}): {
  receiver: TestReceiver;
  kept: ReceivedFrame[];
} {
  const kept: ReceivedFrame[] = [];
  const receiver = new TestReceiver({ onFrame: (received) => kept.push(received.retain()), ...options });
  return { receiver, kept };
}

/** The byte that fills a frame. */
function fillOf({ data }: ReceivedFrame): number | undefined {
  return data[data.length - 3];
}

test('a frame is valid during the call only', () => {
  const frames: ReceivedFrame[] = [];
  const receiver = new TestReceiver({
    onFrame: (received) => {
      assert.equal(received.data[0], 0xff);
      frames.push(received);
    },
  });
  receiver.receive(frame(1));
  const [released] = frames;
  assert.throws(() => released?.data, { code: 'ERR_FRAME_RELEASED' });
  assert.throws(() => released?.copy(), { code: 'ERR_FRAME_RELEASED' });
  assert.throws(() => released?.retain(), { code: 'ERR_FRAME_RELEASED' });
  assert.throws(
    () => {
      released?.release();
    },
    { code: 'ERR_FRAME_RELEASED' },
  );
});

test('frames that are kept stay as they are, whatever comes after', () => {
  const { receiver, kept } = collect({ maxFramesOnLoan: 20 });
  for (let i = 1; i <= 20; i++) receiver.receive(frame(i));
  assert.deepEqual(
    kept.map(fillOf),
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
});

test('a frame is kept until it was released as often as retained', () => {
  const { receiver, kept } = collect();
  receiver.receive(frame(1));
  const [first] = kept;
  first?.retain();
  first?.release();
  receiver.receive(frame(2));
  assert.equal(first && fillOf(first), 1);
  first?.release();
  assert.throws(() => first?.data, { code: 'ERR_FRAME_RELEASED' });
});

test('a copy stays when the frame is gone', () => {
  const copies: Uint8Array[] = [];
  const receiver = new TestReceiver({ onFrame: (received) => copies.push(received.copy()) });
  for (let i = 1; i <= 3; i++) receiver.receive(frame(i));
  assert.deepEqual(
    copies.map((copy) => copy[copy.length - 3]),
    [1, 2, 3],
  );
});

test('when as many frames are kept as may be, new ones are left out and counted', () => {
  const { receiver, kept } = collect({ maxFramesOnLoan: 2 });
  for (let i = 1; i <= 5; i++) receiver.receive(frame(i));
  assert.deepEqual(kept.map(fillOf), [1, 2]);
  assert.equal(receiver.statistics.framesNotLent, 3);
  kept[0]?.release();
  receiver.receive(frame(6));
  assert.deepEqual(kept.slice(1).map(fillOf), [2, 6]);
});

test('frames that are kept outlive reset()', () => {
  const { receiver, kept } = collect();
  receiver.receive(frame(1));
  receiver.depacketizer.reset();
  for (let i = 2; i < 6; i++) receiver.receive(frame(i));
  assert.equal(kept[0] && fillOf(kept[0]), 1);
});

test('memory is made once, and used again for every frame', () => {
  const buffers = new Set<ArrayBufferLike>();
  const receiver = new TestReceiver({ onFrame: ({ data }) => buffers.add(data.buffer) });
  const receiveTo = (first: number, last: number): void => {
    for (let i = first; i <= last; i++) {
      const packets = frame(i, 40_000);
      receiver.receive(i % 50 === 0 ? without(packets, 3) : packets, 1e5 * i);
    }
  };
  receiveTo(1, 60);
  const { memoriesMade } = receiver.depacketizer;
  receiveTo(61, 219);
  assert.equal(receiver.depacketizer.memoriesMade, memoriesMade);
  assert.ok(buffers.size <= 4, String(buffers.size));
  assert.equal(receiver.statistics.framesLost, 4);
});

test('restart intervals make no more memory, with losses or without', () => {
  const buffers = new Set<ArrayBufferLike>();
  const receiver = new TestReceiver({ onFrame: ({ data }) => buffers.add(data.buffer) });
  const intervals = Array.from({ length: 8 }, () => new Uint8Array(100).fill(1));
  for (let i = 1; i <= 500; i++) {
    const shape = { sampling: '4:2:0', restartInterval: 1, widthUnits: 16, heightUnits: 2 } as const;
    const packets = restartPackets({ ...shape, intervals, rtpTimestamp: 3000 * i });
    receiver.receive(i % 3 === 0 ? without(packets, 5) : packets, 1e5 * i);
  }
  assert.ok(receiver.statistics.framesConcealed > 100);
  assert.ok(buffers.size <= 5, String(buffers.size));
});

test('memory grows with the frames, up to the limit', () => {
  const lengths: number[] = [];
  const receiver = new TestReceiver({
    maxFrameBytes: 300_000,
    onFrame: ({ data }) => lengths.push(data.length, data.buffer.byteLength),
  });
  receiver.receive(packetsOf(new Uint8Array(300_000), 1400));
  receiver.receive([packetOf({ rtpTimestamp: 9000, fragmentOffset: 299_997 })]);
  const [fileBytes = 0, memoryBytes = 0] = lengths;
  assert.ok(fileBytes > 300_000 && fileBytes < 300_000 + jpegFileHeaderMaxBytes);
  assert.ok(memoryBytes < 2 * 301_000);
  assert.deepEqual(receiver.drops, { tooLarge: 1 });
});

test('an error of onFrame comes out, and the frame is given back', () => {
  let count = 0;
  const receiver = new TestReceiver({
    maxFramesOnLoan: 1,
    onFrame: () => {
      count += 1;
      if (count === 1) throw new Error('mine');
    },
  });
  assert.throws(() => {
    receiver.receive(frame(1));
  }, /mine/);
  receiver.receive(frame(2));
  assert.deepEqual([count, receiver.statistics.framesNotLent], [2, 0]);
});
