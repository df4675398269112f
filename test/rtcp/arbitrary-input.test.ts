import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  parseBye,
  parseCompoundPacket,
  parseReceiverReport,
  parseSenderReport,
  parseSourceDescription,
  rtcpPacketType,
  SenderSession,
  writeBye,
  writeReceiverReport,
  writeSenderReport,
  writeSourceDescription,
} from '../../lib/rtcp/index.js';

const uint32 = fc.nat(2 ** 32 - 1);
const shortText = fc.string({ unit: 'binary', maxLength: 60 });

/** Objects as the parsers make them. */
const plain = { noNullPrototype: true } as const;

const reportBlock = fc.record(
  {
    ssrc: uint32,
    fractionLost: fc.nat(255).map((lost) => lost / 256),
    packetsLost: fc.integer({ min: -(2 ** 23), max: 2 ** 23 - 1 }),
    highestSequenceNumber: uint32,
    jitterTicks: uint32,
    lastReportCompactNtp: uint32,
    delaySinceLastReport: uint32,
  },
  plain,
);
const reportBlocks = fc.array(reportBlock, { maxLength: 31 });
const memory = new Uint8Array(8192);

test('any sender report comes back as it was written', () => {
  const ntp = fc.record({ seconds: uint32, fraction: uint32 }, plain);
  const counts = { rtpTimestamp: uint32, packetCount: uint32, octetCount: uint32 };
  fc.assert(
    fc.property(fc.record({ ssrc: uint32, ntp, ...counts, reportBlocks }, plain), (value) => {
      const packetBytes = writeSenderReport(memory, 4, value);
      assert.deepEqual(parseSenderReport(memory.subarray(0, 4 + packetBytes), 4), { ok: true, value });
    }),
  );
});

test('any receiver report comes back as it was written', () => {
  fc.assert(
    fc.property(fc.record({ ssrc: uint32, reportBlocks }, plain), (value) => {
      const packetBytes = writeReceiverReport(memory, 4, value);
      assert.deepEqual(parseReceiverReport(memory.subarray(0, 4 + packetBytes), 4), { ok: true, value });
    }),
  );
});

test('any description comes back as it was written', () => {
  const chunk = fc.record({ ssrc: uint32, cname: shortText }, { requiredKeys: ['ssrc'], ...plain });
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 31 }), (chunks) => {
      const packetBytes = writeSourceDescription(memory, 4, { chunks });
      const value = { chunks };
      assert.deepEqual(parseSourceDescription(memory.subarray(0, 4 + packetBytes), 4), { ok: true, value });
    }),
  );
});

test('any farewell comes back as it was written', () => {
  fc.assert(
    fc.property(fc.array(uint32, { maxLength: 31 }), shortText, (ssrcs, reason) => {
      const packetBytes = writeBye(memory, 4, { ssrcs, reason });
      const value = { ssrcs, reason };
      assert.deepEqual(parseBye(memory.subarray(0, 4 + packetBytes), 4), { ok: true, value });
    }),
  );
});

// Packets whose first word is right as often as not, so that what follows is reached.
const packetType = fc.oneof(fc.constantFrom(...Object.values(rtcpPacketType)), fc.nat(255));
const packet = fc
  .tuple(packetType, fc.nat(31), fc.boolean(), fc.uint8Array({ maxLength: 80 }), fc.nat(20))
  .map(([type, count, isSound, content, words]) => {
    const contentBytes = content.length - (content.length % 4);
    const length = isSound ? contentBytes / 4 : words;
    return Uint8Array.of(
      0x80 | count,
      type,
      0,
      length,
      ...content.subarray(0, isSound ? contentBytes : undefined),
    );
  });
const compounds = fc
  .array(fc.oneof({ weight: 5, arbitrary: packet }, fc.uint8Array({ maxLength: 20 })), { maxLength: 5 })
  .map((packets) => Uint8Array.from(packets.flatMap((bytes) => [...bytes])));

test('any bytes are a compound whose packets fit into them, or refused', () => {
  fc.assert(
    fc.property(compounds, fc.constantFrom('report-first', 'reduced-size'), (bytes, rule) => {
      const result = parseCompoundPacket(bytes, rule);
      if (result.ok) assert.ok(result.value.length <= bytes.length / 4);
      else assert.ok(result.reason.length > 0);
    }),
    { numRuns: 5000 },
  );
});

test('a session takes any bytes, and counts them', () => {
  const session = new SenderSession({ ssrc: 0, cname: 'x', clockRateHz: 90_000, random: () => 0 });
  let received = 0;
  fc.assert(
    fc.property(compounds, (bytes) => {
      session.onReceived(bytes, received);
      received += 1;
      const statistics = session.statistics(received);
      assert.equal(statistics.packetsReceived, received);
      assert.ok(statistics.receivers.length <= 32);
    }),
    { numRuns: 3000 },
  );
});
