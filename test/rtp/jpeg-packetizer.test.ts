import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { staticQuantizationTables } from '../../lib/jpeg/index.js';
import { PacketBatch, qInBand, toRtpTimestamp } from '../../lib/rtp/index.js';
import { quantizationOfQ } from '../jpeg/jpeg-file.js';
import { frameOf, packetizerWith, reassemble, send } from './jpeg-stream.js';

// RTP header, main JPEG header; then quantization table header and tables.
const laterHeaderBytes = 12 + 8;
const firstHeaderBytes = laterHeaderBytes + 4 + 128;
const restartHeaderBytes = 4;

for (const mtu of [256, 576, 1400, 9000, 65507]) {
  describe(`with an mtu of ${String(mtu)}`, () => {
    const scanBytes = 200_000;

    test('every packet but the last is exactly that long', () => {
      const packets = send(packetizerWith({ mtu }), frameOf(scanBytes));
      const lengths = packets.map(({ bytes }) => bytes.length);
      const last = lengths.pop() ?? 0;
      assert.deepEqual(new Set(lengths), new Set([mtu]));
      assert.ok(last > laterHeaderBytes && last <= mtu, String(last));
    });

    test('the packets are the scan, byte for byte', () => {
      const frame = frameOf(scanBytes);
      assert.deepEqual(reassemble(send(packetizerWith({ mtu }), frame)), frame.scan);
    });

    test('a scan that just fits takes one packet, and one byte more takes two', () => {
      const fitting = mtu - firstHeaderBytes;
      const [only, ...none] = send(packetizerWith({ mtu }), frameOf(fitting));
      assert.deepEqual([only?.bytes.length, only?.rtp.marker, none], [mtu, true, []]);

      const two = send(packetizerWith({ mtu }), frameOf(fitting + 1));
      assert.deepEqual(
        two.map(({ bytes }) => bytes.length),
        [mtu, laterHeaderBytes + 1],
      );
    });
  });
}

test('the marker is on the last packet only', () => {
  const markers = send(packetizerWith(), frameOf(10_000)).map(({ rtp }) => rtp.marker);
  assert.equal(markers.pop(), true);
  assert.ok(markers.length > 2 && !markers.includes(true));
});

test('all packets of a frame carry the time of its capture, the source and payload type 26', () => {
  const captureTimeUs = 123_456_789_012;
  for (const { rtp } of send(packetizerWith({ rtpTimestampOffset: 777 }), frameOf(5000), captureTimeUs)) {
    assert.deepEqual(
      [rtp.rtpTimestamp, rtp.ssrc, rtp.payloadType],
      [toRtpTimestamp(captureTimeUs, 777), 0x12345678, 26],
    );
  }
});

test('sequence numbers go on from packet to packet and frame to frame, and begin again after 65535', () => {
  const packetizer = packetizerWith({ mtu: 256, initialSequenceNumber: 65533 });
  const numbers = [frameOf(400), frameOf(400)].flatMap((frame) =>
    send(packetizer, frame).map(({ rtp }) => rtp.sequenceNumber),
  );
  assert.deepEqual(numbers, [65533, 65534, 0xffff, 0, 1, 2].slice(0, numbers.length));
  assert.equal(numbers.length, 6);
  assert.equal(packetizer.sequenceNumber, 3);
});

test('the tables of the JPEG are in the first packet and in no other', () => {
  const frame = frameOf(5000, { quantization: quantizationOfQ(17) });
  const [first, ...others] = send(packetizerWith(), frame);
  assert.deepEqual(first?.tables, staticQuantizationTables(17));
  assert.equal(first.main.q, qInBand);
  for (const { bytes, data, main } of others) {
    assert.equal(main.q, qInBand);
    assert.equal(bytes.length - data.length, laterHeaderBytes);
  }
  assert.ok(others.length > 0);
});

test('a static Q stands for its tables, whichever of 1..99 it is', () => {
  const packetizer = packetizerWith({ quantizationTables: 'static' });
  for (let q = 1; q <= 99; q++) {
    const packets = send(packetizer, frameOf(3000, { quantization: quantizationOfQ(q) }));
    for (const { main, bytes, data } of packets) {
      assert.equal(main.q, q);
      assert.equal(bytes.length - data.length, laterHeaderBytes);
    }
    assert.equal(packets[0]?.bytes.length, 1400);
  }
});

const types = [
  { sampling: '4:2:2', restartInterval: undefined, type: 0 },
  { sampling: '4:2:0', restartInterval: undefined, type: 1 },
  { sampling: '4:2:2', restartInterval: 40, type: 64 },
  { sampling: '4:2:0', restartInterval: 127, type: 65 },
] as const;

for (const { sampling, restartInterval, type } of types) {
  const restarts = restartInterval === undefined ? '' : ' with an interval, but without markers,';

  test(`${sampling}${restarts} is type ${String(type)}`, () => {
    const options = restartInterval === undefined ? {} : { restartInterval };
    const frame = frameOf(5000, { sampling, width: 2040, ...options });
    const packets = send(packetizerWith(), frame);
    assert.deepEqual(reassemble(packets), frame.scan);
    const expected =
      restartInterval === undefined
        ? undefined
        : { restartInterval, first: true, last: true, restartCount: 0x3fff };
    for (const { main, restart } of packets) {
      assert.equal(main.type, type);
      assert.deepEqual(restart, expected);
    }
    assert.ok(packets.slice(0, -1).every(({ bytes }) => bytes.length === 1400));
  });
}

test('restart headers are counted into the mtu', () => {
  const fitting = 256 - firstHeaderBytes - restartHeaderBytes;
  const restarts = { restartInterval: 1 };
  const counts = [fitting, fitting + 1].map((bytes) =>
    send(packetizerWith({ mtu: 256 }), frameOf(bytes, restarts)),
  );
  assert.deepEqual(
    counts.map(({ length }) => length),
    [1, 2],
  );
});

test('sizes are sent in units of 8 pixels, rounded up, on every packet', () => {
  const sizes = [
    { width: 642, height: 482, units: [81, 61] },
    { width: 640, height: 480, units: [80, 60] },
    { width: 1, height: 8, units: [1, 1] },
    { width: 2040, height: 2033, units: [255, 255] },
  ];
  for (const { width, height, units } of sizes) {
    for (const { main } of send(packetizerWith(), frameOf(3000, { width, height }))) {
      assert.deepEqual([main.typeSpecific, main.widthUnits, main.heightUnits], [0, ...units]);
    }
  }
});

test('a batch keeps its memory from frame to frame', () => {
  const packetizer = packetizerWith({ mtu: 256 });
  const batch = new PacketBatch();
  const large = frameOf(20_000);
  // Of packets that hold whole intervals there might be more.
  send(packetizer, frameOf(20_000, { restartInterval: 9 }), 1_000_000, batch);
  const { headers, slices } = batch;
  for (const frame of [large, frameOf(50), frameOf(19_000, { restartInterval: 9 }), large]) {
    const packets = send(packetizer, frame, 1_000_000, batch);
    assert.deepEqual(reassemble(packets), frame.scan);
    assert.equal(batch.headers, headers);
    assert.equal(batch.slices, slices);
  }
});

test('nothing of the payload is copied', () => {
  const frame = frameOf(5000);
  const batch = new PacketBatch();
  packetizerWith().packetize(frame.jpeg, frame.bytes, 0, batch);
  const [headerOffset, headerBytes, payloadOffset, payloadBytes] = batch.slices;
  assert.deepEqual(
    [headerOffset, headerBytes, payloadOffset, payloadBytes],
    [0, firstHeaderBytes, frame.jpeg.scanOffset, 1400 - firstHeaderBytes],
  );
  const all = firstHeaderBytes + (batch.packetCount - 1) * laterHeaderBytes;
  assert.equal(batch.headerBytes, all);
});

test('any scan by any mtu comes together again', () => {
  const mtus = fc.oneof(fc.integer({ min: 256, max: 2000 }), fc.integer({ min: 256, max: 65507 }));
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 30_000 }), mtus, fc.boolean(), (scanBytes, mtu, hasRestarts) => {
      const frame = frameOf(scanBytes, hasRestarts ? { width: 128, restartInterval: 7 } : {});
      const packets = send(packetizerWith({ mtu }), frame);
      assert.deepEqual(reassemble(packets), frame.scan);
      assert.ok(packets.slice(0, -1).every(({ bytes }) => bytes.length === mtu));
      assert.ok(packets.every(({ bytes, data }) => bytes.length <= mtu && data.length > 0));
    }),
    { numRuns: 200 },
  );
});
