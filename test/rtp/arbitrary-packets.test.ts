import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JpegParser } from '../../lib/jpeg/index.js';
import { JpegDepacketizer, parseRtpPacket } from '../../lib/rtp/index.js';
import { packetOf } from './received.js';

// Eight frames that wait, two on loan, the one before, one that is exchanged and one that is filled.
const maxMemories = 8 + 2 + 1 + 1 + 1;
const maxFrameBytes = 5000;

const entropyByte = fc.oneof(fc.constantFrom(0xff, 0, 0xd0, 0xd1, 0xd2, 0xd9), fc.nat(255));
// Few values of each field, so that packets belong together more often than not.
const packets = fc
  .record({
    rtpTimestamp: fc.oneof(
      fc.nat(4).map((number) => 3000 * number),
      fc.nat(0xffff_ffff),
    ),
    marker: fc.boolean(),
    fragmentOffset: fc.oneof(fc.nat(12), fc.nat(maxFrameBytes), fc.nat(0xff_ffff)),
    type: fc.constantFrom(0, 1, 64, 65, 65, 65, 2),
    typeSpecific: fc.constantFrom(0, 0, 0, 0, 0, 1),
    q: fc.constantFrom(50, 50, 50, 200, 255, 0),
    widthUnits: fc.constantFrom(8, 8, 8, 0, 255),
    heightUnits: fc.constantFrom(2, 2, 2, 0),
    restart: fc.tuple(
      fc.constantFrom(1, 1, 2, 0),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(0, 1, 2, 3, 0x3fff),
    ),
    tables: fc.tuple(
      fc.nat(3),
      fc.constantFrom(0, 64, 128, 256, 5).map((bytes) => new Uint8Array(bytes).fill(1)),
    ),
    data: fc.array(entropyByte, { maxLength: 12 }).map((bytes) => Uint8Array.from(bytes)),
  })
  .map((fields) => {
    const { restart, ...others } = fields;
    return packetOf(fields.type >= 64 ? { ...others, restart } : others);
  });

const arrivals = fc.record({
  bytes: fc.oneof(
    { weight: 5, arbitrary: packets },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  ),
  afterUs: fc.constantFrom(0, 0, 0, 10_000, 60_000, 2_000_000),
  isAdvance: fc.boolean(),
});

/** Whatever is handed out has to be a file that can be read. */
function assertFile(file: Uint8Array, isConcealed: boolean): void {
  const jpeg = new JpegParser();
  assert.equal(jpeg.parse(file, file.length, 'file-end'), undefined);
  assert.ok(jpeg.scanBytes <= maxFrameBytes + 2);
  // Of a frame that was filled the scan is known to be in order; of others nobody has looked into it.
  if (!isConcealed) return;
  assert.equal(jpeg.parse(file, file.length, 'search'), undefined);
  const mcuRows = Math.ceil(jpeg.height / (jpeg.sampling === '4:2:0' ? 16 : 8));
  const intervals = Math.ceil((Math.ceil(jpeg.width / 16) * mcuRows) / jpeg.restartInterval);
  const scan = Buffer.from(file.subarray(jpeg.scanOffset)).toString('latin1');
  const markers = [...scan.matchAll(/\xff([\xd0-\xd7])/g)].map(([, code = '']) => code.charCodeAt(0) - 0xd0);
  assert.deepEqual(
    markers,
    Array.from({ length: intervals - 1 }, (_, i) => i % 8),
  );
}

test('any packets are taken without an error, into memory that is bounded', () => {
  let concealed = 0;
  fc.assert(
    fc.property(fc.array(arrivals, { maxLength: 60 }), fc.boolean(), (list, keeps) => {
      let nowUs = 0;
      let received = 0;
      let handedOut = 0;
      const depacketizer = new JpegDepacketizer({
        maxFrameBytes,
        maxFramesOnLoan: 2,
        onFrame: (frame) => {
          handedOut += 1;
          if (frame.isConcealed) concealed += 1;
          assertFile(frame.data, frame.isConcealed);
          if (keeps) frame.retain();
        },
      });
      for (const { bytes, afterUs, isAdvance } of list) {
        nowUs += afterUs;
        const packet = parseRtpPacket(bytes);
        if (packet.ok) {
          depacketizer.receive(bytes, packet.value, nowUs);
          received += 1;
        }
        if (isAdvance) depacketizer.advance(nowUs);
        if (packet.ok || isAdvance) assert.ok(depacketizer.nextDeadlineUs > nowUs);
        assert.ok(depacketizer.memoriesMade <= maxMemories);
      }
      depacketizer.advance(nowUs + 1e7);
      assert.equal(depacketizer.nextDeadlineUs, Infinity);
      const { framesComplete, framesConcealed, packetsDropped } = depacketizer.statistics();
      assert.equal(framesComplete + framesConcealed, handedOut);
      assert.ok(Object.values(packetsDropped).reduce((sum, count) => sum + count) <= received);
    }),
    { numRuns: 1000 },
  );
  assert.ok(concealed > 0, 'the packets never came to be filled');
});
