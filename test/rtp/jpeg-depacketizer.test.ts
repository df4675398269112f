import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { staticQuantizationTables, type ChromaSampling } from '../../lib/jpeg/index.js';
import { PacketBatch, type JpegPacketizerOptions } from '../../lib/rtp/index.js';
import { quantizationOfQ, type JpegFile } from '../jpeg/jpeg-file.js';
import { hex } from './hex.js';
import { frameOf, packetizerWith, send, type ParsedFrame } from './jpeg-stream.js';
import { packetOf, packetsOf, TestReceiver, without } from './received.js';

const frameUs = 33_333;

interface SentFrame extends ParsedFrame {
  readonly rtpTimestamp: number;
  readonly packets: Uint8Array[];
}

/** Frames as the sender makes them. */
function stream(
  scanBytes: readonly number[],
  file: JpegFile = {},
  options: Partial<JpegPacketizerOptions> = {},
): SentFrame[] {
  const packetizer = packetizerWith({ mtu: 400, rtpTimestampOffset: 2 ** 32 - 5000, ...options });
  return scanBytes.map((bytes, i) => {
    const frame = frameOf(bytes, file);
    const captureTimeUs = i * frameUs;
    const sent = send(packetizer, frame, captureTimeUs);
    const { rtpTimestamp } = sent[0]?.rtp ?? assert.fail();
    return { ...frame, rtpTimestamp, packets: sent.map((packet) => packet.bytes) };
  });
}

function packetsIn(frames: readonly SentFrame[]): Uint8Array[] {
  return frames.flatMap(({ packets }) => packets);
}

function assertReceived(receiver: TestReceiver, frames: readonly SentFrame[]): void {
  assert.deepEqual(
    receiver.timestamps,
    frames.map(({ rtpTimestamp }) => rtpTimestamp),
  );
  for (const [i, { scan }] of frames.entries()) assert.deepEqual(receiver.frames[i]?.scan, scan);
}

const sizes = [5000, 300, 12_000, 1, 4000, 7000].map((bytes) => bytes + 2);

for (const sampling of ['4:2:0', '4:2:2'] satisfies ChromaSampling[]) {
  for (const restartInterval of [undefined, 3]) {
    const restarts = restartInterval === undefined ? 'without' : 'with';

    describe(`${sampling} ${restarts} restart markers`, () => {
      const file = {
        width: 640,
        height: 480,
        sampling,
        ...(restartInterval !== undefined && { restartInterval }),
      };

      test('frames come out as they went in', () => {
        const frames = stream(sizes, file);
        const receiver = new TestReceiver();
        receiver.receive(packetsIn(frames), 0, 1000);
        assertReceived(receiver, frames);
        for (const { jpeg, frame } of receiver.frames) {
          assert.deepEqual([jpeg.sampling, jpeg.restartInterval], [sampling, restartInterval ?? 0]);
          assert.deepEqual([frame.isConcealed, frame.damagedRows, frame.damagedArea], [false, [], 0]);
        }
        assert.equal(receiver.statistics.framesComplete, frames.length);
        assert.deepEqual(receiver.drops, {});
      });
    });
  }
}

test('packets that are reordered within 16 and doubled lose nothing, also across frames', () => {
  // Of more than 16 packets each: shorter ones can overtake each other as a whole.
  const frames = stream([8000, 7000, 12_000, 9000]);
  assert.ok(frames.every(({ packets }) => packets.length > 16));
  fc.assert(
    fc.property(fc.array(fc.nat(15), { minLength: 31 }), fc.array(fc.nat(9)), (delays, doubled) => {
      const sent = packetsIn(frames)
        .flatMap((bytes, i) => (doubled.includes(i % 10) ? [bytes, bytes] : [bytes]))
        .map((bytes, i) => ({ bytes, place: i + (delays[i % delays.length] ?? 0) }))
        .sort((a, b) => a.place - b.place)
        .map(({ bytes }) => bytes);
      const receiver = new TestReceiver();
      receiver.receive(sent, 0, 300);
      assertReceived(receiver, frames);
      const { late = 0, duplicate = 0, ...others } = receiver.drops;
      assert.equal(late + duplicate, sent.length - packetsIn(frames).length);
      assert.deepEqual(others, {});
    }),
    { numRuns: 100 },
  );
});

test('any order of the packets of one frame gives the frame', () => {
  const [frame] = stream([6000]);
  assert.ok(frame);
  const orders = fc.shuffledSubarray(frame.packets, { minLength: frame.packets.length });
  fc.assert(
    fc.property(orders, (packets) => {
      const receiver = new TestReceiver();
      receiver.receive(packets);
      assertReceived(receiver, [frame]);
    }),
    { numRuns: 200 },
  );
});

test('frames with losses are left out, and nothing else', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat(19)), (losses) => {
      const frames = stream(sizes);
      const whole: SentFrame[] = [];
      const receiver = new TestReceiver();
      for (const [i, frame] of frames.entries()) {
        const kept = frame.packets.filter(() => losses.next().value !== 0);
        if (kept.length === frame.packets.length) whole.push(frame);
        receiver.receive(kept, i * frameUs);
      }
      receiver.depacketizer.advance(1e9);
      assertReceived(receiver, whole);
      assert.equal(receiver.statistics.framesComplete, whole.length);
    }),
    { numRuns: 100 },
  );
});

test('timestamps that begin again at 0 keep the order', () => {
  const frames = stream([3000, 3000, 3000], {}, { rtpTimestampOffset: 2 ** 32 - 4000 });
  assert.ok((frames[0]?.rtpTimestamp ?? 0) > (frames[2]?.rtpTimestamp ?? 0));
  const receiver = new TestReceiver();
  for (const { packets } of frames.toReversed()) receiver.receive(packets.slice(1));
  assert.deepEqual(receiver.timestamps, []);
  for (const { packets } of frames.toReversed()) receiver.receive(packets.slice(0, 1));
  assertReceived(receiver, frames);
});

test('the times of a frame are those of its packets', () => {
  const [first, second] = stream([2000, 2000]);
  assert.ok(first && second);
  const receiver = new TestReceiver();
  receiver.receive(first.packets, 1000, 10);
  receiver.receive(second.packets.toReversed(), 5000, 10);
  const lastUs = (first.packets.length - 1) * 10;
  const times = receiver.frames.map(({ frame }) => [
    frame.firstPacketUs,
    frame.lastPacketUs,
    frame.completeUs,
  ]);
  assert.deepEqual(times, [
    [1000, 1000 + lastUs, 1000 + lastUs],
    [5000, 5000 + lastUs, 5000 + lastUs],
  ]);
});

test('the time of capture comes with the frame that has it, whichever packet comes first', () => {
  const { bytes, jpeg } = frameOf(2000);
  const batch = new PacketBatch();
  const unixUs = 1_700_000_000_125_000;
  packetizerWith({ absCaptureTime: true, mtu: 300 }).packetize(jpeg, bytes, 0, batch, unixUs);
  const packets = Array.from({ length: batch.packetCount }, (_, i) => batch.packet(i, bytes));
  const receiver = new TestReceiver({ captureUnixUs: () => 5 });
  receiver.receive(packets.toReversed());
  receiver.receive([packetOf({ rtpTimestamp: 90_000, marker: true })]);
  assert.deepEqual(
    receiver.frames.map(({ frame }) => frame.captureUnixUs),
    [unixUs, 5],
  );
});

test('the time of capture is looked for under the number of the session description', () => {
  const packet = packetOf({ marker: true });
  const extension = hex('be de 00 03  57 e9 01 02 03 20 00 00 00 00 00 00');
  const extended = Uint8Array.of(
    ...packet.with(0, 0x90).subarray(0, 12),
    ...extension,
    ...packet.subarray(12),
  );
  for (const absCaptureTimeId of [4, 5]) {
    const receiver = new TestReceiver({ absCaptureTimeId });
    receiver.receive([extended]);
    const expected = absCaptureTimeId === 5 ? (0xe9010203 - 2_208_988_800) * 1e6 + 125_000 : undefined;
    assert.equal(receiver.frames[0]?.frame.captureUnixUs, expected);
  }
});

test('what a sender report says of the time of capture stands in', () => {
  const receiver = new TestReceiver({ captureUnixUs: (rtpTimestamp) => rtpTimestamp * 2 });
  receiver.receive([packetOf({ rtpTimestamp: 500, marker: true })]);
  assert.equal(receiver.frames[0]?.frame.captureUnixUs, 1000);
});

test('a scan without EOI gets one, and one that has it keeps it', () => {
  const receiver = new TestReceiver();
  receiver.receive([packetOf({ marker: true, data: hex('28 a2 8a 00') })]);
  receiver.receive([packetOf({ rtpTimestamp: 4000, marker: true, data: hex('28 a2 8a 00 ff d9') })]);
  for (const { scan } of receiver.frames) assert.deepEqual(scan, hex('28 a2 8a 00 ff d9'));
  assert.equal(receiver.frames.length, 2);
});

test('the marker may come in a packet without data', () => {
  const receiver = new TestReceiver();
  const scan = hex('01 02 03 04 05 ff d9');
  receiver.receive(packetsOf(scan, 7).map((bytes) => bytes.with(1, 26)));
  assert.equal(receiver.frames.length, 0);
  receiver.receive([packetOf({ fragmentOffset: 7, marker: true, data: new Uint8Array(0) })]);
  assert.deepEqual(receiver.frames[0]?.scan, scan);
});

test('EOI alone is no picture, in one packet or in two', () => {
  const receiver = new TestReceiver();
  const eoi = Uint8Array.of(0xff, 0xd9);
  receiver.receive([packetOf({ q: 50, marker: true, data: eoi })]);
  receiver.receive([
    packetOf({ q: 50, rtpTimestamp: 3000, data: eoi.subarray(0, 1) }),
    packetOf({ q: 50, rtpTimestamp: 3000, marker: true, fragmentOffset: 1, data: eoi.subarray(1) }),
  ]);
  assert.deepEqual(receiver.frames, []);
  assert.equal(receiver.statistics.framesLost, 2);
});

test('padding is not data', () => {
  const plain = packetOf({ marker: true, data: hex('01 02 ff d9') });
  const receiver = new TestReceiver();
  receiver.receive([Uint8Array.of(...plain.with(0, 0xa0), 0, 0, 3)]);
  assert.deepEqual(receiver.frames[0]?.scan, hex('01 02 ff d9'));
});

describe('the size', () => {
  const size = { width: 2304, height: 1296 };
  const cases = [
    { name: 'is in the header', units: [81, 60], options: {}, expected: [648, 480] },
    {
      name: 'is in the session description when the header says 0',
      units: [0, 0],
      options: { size },
      expected: [2304, 1296],
    },
    { name: 'may be open in one dimension only', units: [0, 162], options: { size }, expected: [2304, 1296] },
    {
      name: 'is the true one when the header has it rounded up',
      units: [81, 60],
      options: { size: { width: 642, height: 479 } },
      expected: [642, 479],
    },
    {
      name: 'is that of the header when the session description says another',
      units: [40, 30],
      options: { size },
      expected: [320, 240],
    },
    {
      name: 'is that of the session description where the header has its lower bits only',
      units: [32, 162],
      options: { size },
      expected: [2304, 1296],
    },
  ];
  for (const { name, units, options, expected } of cases) {
    test(name, () => {
      const [widthUnits = 0, heightUnits = 0] = units;
      const receiver = new TestReceiver(options);
      receiver.receive([packetOf({ widthUnits, heightUnits, marker: true })]);
      const [record] = receiver.frames;
      assert.deepEqual([record?.frame.width, record?.frame.height], expected);
    });
  }
});

test('a frame whose packets are all there but one is not handed out', () => {
  const [frame] = stream([3000]);
  assert.ok(frame);
  for (let i = 0; i < frame.packets.length; i++) {
    const receiver = new TestReceiver();
    receiver.receive(without(frame.packets, i));
    receiver.depacketizer.advance(1e9);
    assert.equal(receiver.frames.length, 0);
    assert.equal(receiver.statistics.framesLost, 1);
  }
});

test('tables are those of the sender, static or in the frame', () => {
  for (const quantizationTables of ['static', 'in-band'] as const) {
    const [frame] = stream([1000], { quantization: quantizationOfQ(37) }, { quantizationTables });
    const receiver = new TestReceiver();
    receiver.receive(frame?.packets ?? []);
    const { jpeg, file } = receiver.frames[0] ?? assert.fail();
    const tables = staticQuantizationTables(37);
    assert.deepEqual(
      file.slice(jpeg.luminanceTableOffset, jpeg.luminanceTableOffset + 64),
      tables.slice(0, 64),
    );
    assert.deepEqual(
      file.slice(jpeg.chrominanceTableOffset, jpeg.chrominanceTableOffset + 64),
      tables.slice(64),
    );
  }
});
