import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compactNtp,
  ntpFromUnixUs,
  parseCompoundPacket,
  ReceiverSession,
  SenderClock,
  writeBye,
  writeSenderReport,
  writeSourceDescription,
  type RtcpPacket,
} from '../../lib/rtcp/index.js';

const second = 1_000_000;
const source = 0x1234_5678;
const own = 0x0b0b_0b0b;
const reportUnixUs = 1_790_000_000 * second;

function openSession(random = 0): ReceiverSession {
  const session = new ReceiverSession({
    ssrc: own,
    cname: 'receiver',
    clockRateHz: 90_000,
    random: () => random,
  });
  session.begin(source);
  return session;
}

/** A sender's report with SDES, and BYE where it is the last. */
function senderReport(ssrc = source, rtpTimestamp = 9000, isLast = false): Uint8Array {
  const memory = new Uint8Array(512);
  const ntp = ntpFromUnixUs(reportUnixUs);
  let bytes = writeSenderReport(memory, 0, {
    ssrc,
    ntp,
    rtpTimestamp,
    packetCount: 1,
    octetCount: 1,
    reportBlocks: [],
  });
  bytes += writeSourceDescription(memory, bytes, { chunks: [{ ssrc, cname: 'camera' }] });
  if (isLast) bytes += writeBye(memory, bytes, { ssrcs: [ssrc] });
  return memory.slice(0, bytes);
}

function packetsIn(bytes: Uint8Array): RtcpPacket[] {
  const compound = parseCompoundPacket(bytes);
  assert.ok(compound.ok);
  return compound.value;
}

const figures = {
  ssrc: source,
  fractionLost: 0.25,
  packetsLost: 12,
  highestSequenceNumber: 0x1_0005,
  jitterTicks: 900,
};

test('a report has what was received, and lets the sender compute the round trip', () => {
  const session = openSession();
  assert.equal(session.onReceived(senderReport(), 10 * second), true);
  const [report, description] = packetsIn(session.writeReport(11.5 * second, figures));
  assert.deepEqual(report, {
    type: 'receiver-report',
    ssrc: own,
    reportBlocks: [
      {
        ...figures,
        lastReportCompactNtp: compactNtp(ntpFromUnixUs(reportUnixUs)),
        delaySinceLastReport: 1.5 * 65_536,
      },
    ],
  });
  assert.deepEqual(description, { type: 'source-description', chunks: [{ ssrc: own, cname: 'receiver' }] });
});

test('before the first report of the sender there is none to refer to', () => {
  const [report] = packetsIn(openSession().writeReport(second, figures));
  assert.ok(report?.type === 'receiver-report');
  const [block] = report.reportBlocks;
  assert.deepEqual([block?.lastReportCompactNtp, block?.delaySinceLastReport], [0, 0]);
});

test('a report without news has no block, the last one has BYE', () => {
  const packets = packetsIn(openSession().writeReport(second, undefined, true));
  assert.deepEqual(
    packets.map(({ type }) => type),
    ['receiver-report', 'source-description', 'bye'],
  );
  assert.ok(packets[0]?.type === 'receiver-report' && packets[0].reportBlocks.length === 0);
});

test('the sender and its end are known by what it says', () => {
  const session = openSession();
  assert.deepEqual([session.cname, session.hasLeft], [undefined, false]);
  session.onReceived(senderReport(), second);
  assert.deepEqual([session.cname, session.hasLeft], ['camera', false]);
  session.onReceived(senderReport(source, 9000, true), second);
  assert.equal(session.hasLeft, true);
  session.begin(99);
  assert.deepEqual([session.cname, session.hasLeft], [undefined, false]);
});

test('what is malformed or about another stream changes nothing, and is counted', () => {
  const session = openSession();
  assert.equal(session.onReceived(Uint8Array.of(1, 2, 3), second), false);
  assert.equal(session.onReceived(senderReport(77, 9000, true), second), false);
  assert.deepEqual(session.statistics(), { packetsReceived: 2, packetsMalformed: 1, reportsSent: 0 });
  assert.deepEqual(
    [session.clock.unixUs(9000), session.cname, session.hasLeft],
    [undefined, undefined, false],
  );
});

test('reports are 2 to 7 s apart', () => {
  for (const random of [0, 0.5, 0.999_999]) {
    const intervalUs = openSession(random).intervalUs();
    assert.ok(intervalUs > 2 * second && intervalUs < 7 * second, String(intervalUs));
  }
});

const clockCases: readonly (readonly [name: string, reported: number, asked: number, laterUs: number])[] = [
  ['the same moment', 9000, 9000, 0],
  ['a second later', 9000, 99_000, second],
  ['a second before', 99_000, 9000, -second],
  ['behind the end of 32 bits', 0xffff_ff00, 0x100, (512 * 1e6) / 90_000],
];

for (const [name, reported, asked, laterUs] of clockCases) {
  test(`a timestamp on the sender's wall clock: ${name}`, () => {
    const session = openSession();
    session.onReceived(senderReport(source, reported), second);
    const unixUs = session.clock.unixUs(asked) ?? Number.NaN;
    assert.ok(Math.abs(unixUs - reportUnixUs - laterUs) < 1, String(unixUs));
  });
}

test('a sender without a wall clock tells no time', () => {
  const clock = new SenderClock(90_000);
  const report = { ssrc: 1, rtpTimestamp: 9000, packetCount: 1, octetCount: 1, reportBlocks: [] };
  clock.onReport({ ...report, ntp: { seconds: 0, fraction: 0 } });
  assert.equal(clock.unixUs(9000), undefined);
});
