import assert from 'node:assert/strict';
import { test } from 'node:test';
import { staticQuantizationTables } from '../../lib/jpeg/index.js';
import { packetOf, TestReceiver, type FrameRecord, type TestPacket } from './received.js';

function tablesOf(seed: number, bytes = 128): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => ((i * seed) % 255) + 1);
}

/** Frames of one packet each. */
function receive(receiver: TestReceiver, packets: readonly TestPacket[]): void {
  const first = receiver.statistics.framesComplete + receiver.statistics.framesWithoutTables;
  receiver.receive(
    packets.map((packet, i) => packetOf({ ...packet, rtpTimestamp: 3000 * (first + i), marker: true })),
  );
}

/** Both tables of the file, which may be the same one. */
function tablesIn({ jpeg, file }: FrameRecord): Uint8Array[] {
  const { luminanceTableOffset, luminanceTableBits, chrominanceTableOffset, chrominanceTableBits } = jpeg;
  return [
    file.slice(luminanceTableOffset, luminanceTableOffset + 8 * luminanceTableBits),
    file.slice(chrominanceTableOffset, chrominanceTableOffset + 8 * chrominanceTableBits),
  ];
}

test('Q 1..99 stands for the tables of RFC 2435', () => {
  const receiver = new TestReceiver();
  const qs = Array.from({ length: 99 }, (_, i) => i + 1);
  receive(
    receiver,
    qs.map((q) => ({ q })),
  );
  const expected = qs
    .map((q) => staticQuantizationTables(q))
    .map((both) => [both.slice(0, 64), both.slice(64)]);
  assert.deepEqual(receiver.frames.map(tablesIn), expected);
});

test('tables of Q 128..254 hold for later frames that have none', () => {
  const receiver = new TestReceiver();
  const tables = [tablesOf(3), tablesOf(5)] as const;
  receive(receiver, [
    { q: 128, tables: [0, tables[0]] },
    { q: 254, tables: [0, tables[1]] },
    { q: 128 },
    { q: 254 },
  ]);
  const expected = [0, 1, 0, 1].map((i) => [tables[i]?.slice(0, 64), tables[i]?.slice(64)]);
  assert.deepEqual(receiver.frames.map(tablesIn), expected);
});

test('tables that come again take the place of those before', () => {
  const receiver = new TestReceiver();
  receive(receiver, [
    { q: 200, tables: [0, tablesOf(3)] },
    { q: 200, tables: [1, tablesOf(7, 192)] },
    { q: 200 },
  ]);
  const expected = [tablesOf(7, 192).slice(0, 128), tablesOf(7, 192).slice(128)];
  assert.deepEqual(receiver.frames.map(tablesIn).slice(1), [expected, expected]);
});

test('a frame whose tables never came is left out, and counted', () => {
  const receiver = new TestReceiver();
  receive(receiver, [{ q: 200 }, { q: 201, tables: [0, tablesOf(3)] }, { q: 200 }, { q: 201 }]);
  assert.equal(receiver.frames.length, 2);
  assert.equal(receiver.statistics.framesWithoutTables, 2);
});

// RFC 2435 section 3.1.8.
test('tables of Q 255 hold for their frame alone', () => {
  const receiver = new TestReceiver();
  receive(receiver, [{ q: 255, tables: [0, tablesOf(3)] }, { q: 255, tables: [0, tablesOf(5)] }, { q: 255 }]);
  const luminance = receiver.frames.map((frame) => tablesIn(frame)[0]);
  assert.deepEqual(luminance, [tablesOf(3).slice(0, 64), tablesOf(5).slice(0, 64)]);
  assert.deepEqual(receiver.drops, { malformed: 1 });
});

test('one table stands for all components, as FFmpeg sends it', () => {
  const receiver = new TestReceiver();
  receive(receiver, [
    { q: 255, tables: [0, tablesOf(3, 64)] },
    { q: 255, tables: [1, tablesOf(3, 128)] },
  ]);
  assert.deepEqual(receiver.frames.map(tablesIn), [
    [tablesOf(3, 64), tablesOf(3, 64)],
    [tablesOf(3, 128), tablesOf(3, 128)],
  ]);
});

test('two tables of 16 bits', () => {
  const receiver = new TestReceiver();
  receive(receiver, [{ q: 255, tables: [3, tablesOf(3, 256)] }]);
  assert.deepEqual(receiver.frames.map(tablesIn), [
    [tablesOf(3, 256).slice(0, 128), tablesOf(3, 256).slice(128)],
  ]);
});

test('tables of a packet that was dropped are not kept', () => {
  const receiver = new TestReceiver();
  receiver.receive([packetOf({ q: 200, fragmentOffset: 2, rtpTimestamp: 1 })]);
  receiver.receive([packetOf({ q: 200, tables: [0, tablesOf(3)], rtpTimestamp: 1 })]);
  assert.deepEqual(receiver.drops, { overlapping: 1 });
  receiver.receive([packetOf({ q: 200, rtpTimestamp: 3000, marker: true })], 60_000);
  receiver.depacketizer.advance(1e6);
  assert.equal(receiver.statistics.framesWithoutTables, 1);
});

test('reset() forgets the tables of Q 128..254', () => {
  const receiver = new TestReceiver();
  receive(receiver, [{ q: 200, tables: [0, tablesOf(3)] }, { q: 200 }]);
  receiver.depacketizer.reset();
  receive(receiver, [{ q: 200 }]);
  assert.equal(receiver.frames.length, 2);
});
