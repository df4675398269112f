import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  packetDropReasons,
  type JpegDepacketizerOptions,
  type PacketDropReason,
} from '../../lib/rtp/index.js';
import { packetOf, TestReceiver, type TestPacket } from './received.js';

const nothing = new Uint8Array(0);
const tables = new Uint8Array(128).fill(1);

interface Case {
  readonly name: string;
  readonly packet: TestPacket;
  readonly reason: PacketDropReason;
  readonly options?: Partial<JpegDepacketizerOptions>;
}

const alone: Case[] = [
  { name: 'no data', packet: { data: nothing, fragmentOffset: 4, marker: false }, reason: 'malformed' },
  { name: 'a marker and no data at all', packet: { data: nothing }, reason: 'malformed' },
  { name: 'restart interval 0', packet: { type: 65, restart: [0, true, true, 0] }, reason: 'malformed' },
  {
    name: 'no restart marker header',
    packet: { type: 65, data: Uint8Array.of(0, 1, 0xff) },
    reason: 'malformed',
  },
  { name: 'Q 255 and no tables', packet: { q: 255 }, reason: 'malformed' },
  {
    name: 'tables of an odd length',
    packet: { q: 255, tables: [0, tables.subarray(1)] },
    reason: 'malformed',
  },
  { name: 'three tables', packet: { q: 255, tables: [0, new Uint8Array(192)] }, reason: 'malformed' },
  {
    name: 'tables of another precision than their length',
    packet: { q: 255, tables: [3, tables.subarray(64)] },
    reason: 'malformed',
  },
  { name: 'type 2', packet: { type: 2 }, reason: 'unsupported' },
  { name: 'type 66', packet: { type: 66, restart: [1, true, true, 0] }, reason: 'unsupported' },
  { name: 'type 128', packet: { type: 128 }, reason: 'unsupported' },
  { name: 'an interlaced field', packet: { typeSpecific: 1 }, reason: 'unsupported' },
  { name: 'Q 0', packet: { q: 0 }, reason: 'unsupported' },
  { name: 'Q 100', packet: { q: 100 }, reason: 'unsupported' },
  { name: 'Q 127', packet: { q: 127 }, reason: 'unsupported' },
  { name: 'no width, and no session description', packet: { widthUnits: 0 }, reason: 'sizeUnknown' },
  { name: 'no height, and no session description', packet: { heightUnits: 0 }, reason: 'sizeUnknown' },
  { name: 'more pixels than the limit', packet: {}, options: { maxPixels: 255 }, reason: 'tooLarge' },
  { name: 'data beyond the limit', packet: {}, options: { maxFrameBytes: 3 }, reason: 'tooLarge' },
  {
    name: 'data beyond 24 bits',
    packet: { fragmentOffset: 0xff_fffd },
    options: { maxFrameBytes: 2 ** 30 },
    reason: 'tooLarge',
  },
];

for (const { name, packet, reason, options } of alone) {
  test(`a packet with ${name} is dropped as ${reason}`, () => {
    const receiver = new TestReceiver(options);
    receiver.receive([packetOf({ marker: true, ...packet })]);
    receiver.depacketizer.advance(1e9);
    assert.deepEqual(receiver.drops, { [reason]: 1 });
    assert.equal(receiver.frames.length, 0);
    assert.equal(receiver.depacketizer.nextDeadlineUs, Infinity);
  });
}

test('a packet cut anywhere is dropped or has data', () => {
  const whole = packetOf({ type: 65, q: 200, restart: [1, true, true, 0], tables: [0, tables] });
  for (let length = 12; length < whole.length - 3; length++) {
    const receiver = new TestReceiver();
    receiver.receive([whole.subarray(0, length)]);
    assert.deepEqual(receiver.drops, { malformed: 1 }, String(length));
  }
});

test('headers that lie in the padding are none', () => {
  const padded = packetOf({ data: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 9) }).with(0, 0xa0);
  const receiver = new TestReceiver();
  receiver.receive([padded.with(padded.length - 1, 9)]);
  receiver.receive([padded.with(padded.length - 1, 12)]);
  assert.deepEqual(receiver.drops, { malformed: 2 });
});

describe('in a frame whose bytes 10..19 are there and that ends at 30', () => {
  const data = Uint8Array.from({ length: 10 }, (_, i) => i);
  const packets = [
    packetOf({ fragmentOffset: 10, data }),
    packetOf({ fragmentOffset: 20, data, marker: true }),
    packetOf({ fragmentOffset: 0, data }),
  ];
  const cases: (Omit<Case, 'options'> & { readonly packet: TestPacket })[] = [
    { name: 'another type', packet: { type: 0 }, reason: 'contradictory' },
    { name: 'restart markers', packet: { type: 65, restart: [1, true, true, 0] }, reason: 'contradictory' },
    { name: 'another Q', packet: { q: 51 }, reason: 'contradictory' },
    { name: 'another width', packet: { widthUnits: 3 }, reason: 'contradictory' },
    { name: 'another height', packet: { heightUnits: 3 }, reason: 'contradictory' },
    { name: 'data behind the end', packet: { fragmentOffset: 30 }, reason: 'contradictory' },
    { name: 'data across the end', packet: { fragmentOffset: 25 }, reason: 'contradictory' },
    { name: 'another end', packet: { fragmentOffset: 0, marker: true }, reason: 'contradictory' },
    {
      name: 'another end behind the first',
      packet: { fragmentOffset: 40, marker: true },
      reason: 'contradictory',
    },
    { name: 'the same bytes', packet: { fragmentOffset: 10 }, reason: 'duplicate' },
    { name: 'bytes across the beginning', packet: { fragmentOffset: 5 }, reason: 'overlapping' },
    {
      name: 'bytes inside',
      packet: { fragmentOffset: 12, data: data.subarray(0, 3) },
      reason: 'overlapping',
    },
    { name: 'bytes around', packet: { fragmentOffset: 9, data: new Uint8Array(12) }, reason: 'overlapping' },
    {
      name: 'the same begin and another length',
      packet: { fragmentOffset: 10, data: data.subarray(1) },
      reason: 'overlapping',
    },
  ];
  for (const { name, packet, reason } of cases) {
    test(`${name}: dropped as ${reason}, and the frame completed by the others`, () => {
      const receiver = new TestReceiver();
      receiver.receive([...packets.slice(0, 2), packetOf({ data, ...packet })]);
      assert.deepEqual(receiver.drops, { [reason]: 1 });
      receiver.receive(packets.slice(2));
      assert.deepEqual(receiver.frames[0]?.scan.slice(0, 30), Uint8Array.of(...data, ...data, ...data));
    });
  }
});

test('an end before bytes that are there is dropped', () => {
  const receiver = new TestReceiver();
  receiver.receive([packetOf({ fragmentOffset: 100 }), packetOf({ fragmentOffset: 0, marker: true })]);
  assert.deepEqual(receiver.drops, { contradictory: 1 });
});

test('another restart interval is contradictory', () => {
  const receiver = new TestReceiver();
  receiver.receive([packetOf({ type: 65, restart: [4, true, true, 0] })]);
  receiver.receive([packetOf({ type: 65, fragmentOffset: 4, restart: [5, true, true, 1] })]);
  assert.deepEqual(receiver.drops, { contradictory: 1 });
});

test('more packets than sequence numbers are not one frame', () => {
  const receiver = new TestReceiver();
  const data = Uint8Array.of(1);
  for (let i = 0; i < 65_540; i++) receiver.receive([packetOf({ fragmentOffset: 2 * i, data })]);
  assert.deepEqual(receiver.drops, { tooLarge: 4 });
});

test('packets of a frame that was handed out or given up are late', () => {
  const receiver = new TestReceiver();
  receiver.receive([packetOf({ rtpTimestamp: 5000, marker: true })]);
  receiver.receive([
    packetOf({ rtpTimestamp: 5000, marker: true }),
    packetOf({ rtpTimestamp: 2000, marker: true }),
  ]);
  receiver.receive([packetOf({ rtpTimestamp: 8000 })]);
  receiver.depacketizer.advance(2e6);
  receiver.receive([packetOf({ rtpTimestamp: 8000, fragmentOffset: 4, marker: true })]);
  assert.deepEqual(receiver.drops, { late: 3 });
  assert.deepEqual(receiver.timestamps, [5000]);
});

test('every reason says what it means', () => {
  const { packetsDropped } = new TestReceiver().statistics;
  assert.deepEqual(Object.keys(packetDropReasons).sort(), Object.keys(packetsDropped).sort());
});
