import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compactNtp,
  ntpFromUnixUs,
  parseCompoundPacket,
  SenderSession,
  type ReportBlock,
  type RtcpPacket,
  type SenderReport,
} from '../../lib/rtcp/index.js';
import { hex } from '../rtp/hex.js';
import { farewell, receiverReport, ssrc } from './receivers.js';

const second = 1_000_000;
const cname = 'camera@pi';
/** The wall clock shows 2026 when the monotonic clock shows 0. */
const unixOffsetUs = 1_790_000_000 * second;

function openSession(random = 0.5): SenderSession {
  return new SenderSession({ ssrc, cname, clockRateHz: 90_000, random: () => random });
}

/** A session that has sent a frame and its first report, at `nowUs`. */
function openReported(nowUs = 0): SenderSession {
  const session = openSession();
  session.onSent(10, 10_000);
  session.writeReport(nowUs, unixOffsetUs, 0);
  return session;
}

function packetsIn(bytes: Uint8Array): RtcpPacket[] {
  const result = parseCompoundPacket(bytes);
  return result.ok ? result.value : assert.fail(result.reason);
}

function senderReportIn(bytes: Uint8Array): SenderReport {
  const [report] = packetsIn(bytes);
  return report?.type === 'sender-report' ? report : assert.fail('no sender report');
}

function receiversOf(session: SenderSession, nowUs: number): number[] {
  return session.statistics(nowUs).receivers.map((receiver) => receiver.ssrc);
}

test('no report is due before something has been sent', () => {
  const session = openSession();
  assert.equal(session.nextReportUs, Infinity);
  session.onSent(0, 0);
  assert.equal(session.nextReportUs, Infinity);
});

test('the first report is due at once', () => {
  const session = openSession();
  session.onSent(10, 10_000);
  assert.equal(session.nextReportUs, 0);
});

test('further frames leave it due', () => {
  const session = openReported();
  const dueUs = session.nextReportUs;
  session.onSent(10, 10_000);
  assert.equal(session.nextReportUs, dueUs);
});

test('the reports after it are 0.4 to 1.3 s apart', () => {
  for (const random of [0, 0.25, 0.5, 0.999_999]) {
    const session = openSession(random);
    session.onSent(10, 10_000);
    let nowUs = 1000 * second;
    for (let i = 0; i < 5; i++) {
      session.writeReport(nowUs, unixOffsetUs, 0);
      const intervalUs = session.nextReportUs - nowUs;
      assert.ok(intervalUs > 0.4 * second && intervalUs < 1.3 * second, String(intervalUs));
      nowUs = session.nextReportUs;
      session.onSent(10, 10_000);
    }
    assert.equal(session.statistics(nowUs).reportsSent, 5);
  }
});

test('a report says what was sent, and when, on both clocks', () => {
  const session = openSession();
  session.onSent(10, 10_000);
  session.onSent(5, 4321);
  const nowUs = 1000 * second + 250_000;
  assert.deepEqual(packetsIn(session.writeReport(nowUs, unixOffsetUs, 0xabcdef01)), [
    {
      type: 'sender-report',
      ssrc,
      ntp: { seconds: 1_790_001_000 + 2_208_988_800, fraction: 0x4000_0000 },
      rtpTimestamp: 0xabcdef01,
      packetCount: 15,
      octetCount: 14_321,
      reportBlocks: [],
    },
    { type: 'source-description', chunks: [{ ssrc, cname }] },
  ]);
});

test('counts pass 2^32', () => {
  const session = openSession();
  session.onSent(2 ** 31, 2 ** 32);
  session.onSent(2 ** 31 + 3, 7);
  const { packetCount, octetCount } = senderReportIn(session.writeReport(0, unixOffsetUs, 0));
  assert.deepEqual([packetCount, octetCount], [3, 7]);
});

test('every report is written to the same memory', () => {
  const session = openSession();
  session.onSent(1, 1);
  const first = session.writeReport(0, unixOffsetUs, 0);
  assert.equal(session.writeReport(5 * second, unixOffsetUs, 0).buffer, first.buffer);
});

test('who has not sent since the last report but one reports as a receiver, until it sends again', () => {
  const session = openReported();
  const typeOfReport = (nowUs: number) => packetsIn(session.writeReport(nowUs, unixOffsetUs, 0))[0]?.type;
  assert.equal(typeOfReport(5 * second), 'sender-report');
  assert.equal(typeOfReport(10 * second), 'receiver-report');
  session.onSent(1, 1);
  assert.equal(typeOfReport(15 * second), 'sender-report');
});

test('the last report ends with BYE, and no other is due', () => {
  const session = openReported();
  session.onSent(10, 10_000);
  const bytes = session.writeBye(3 * second, unixOffsetUs, 270_000, 'the end') ?? assert.fail();
  const packets = packetsIn(bytes);
  assert.deepEqual(packets.slice(1), [
    { type: 'source-description', chunks: [{ ssrc, cname }] },
    { type: 'bye', ssrcs: [ssrc], reason: 'the end' },
  ]);
  assert.equal(senderReportIn(bytes).packetCount, 20);
  assert.equal(session.nextReportUs, Infinity);
});

test('who has sent nothing takes no leave', () => {
  assert.equal(openSession().writeBye(0, unixOffsetUs, 0), undefined);
});

test('the longest names fit', () => {
  const session = new SenderSession({ ssrc, cname: 'x'.repeat(255), clockRateHz: 90_000, random: () => 0 });
  session.onSent(1, 1);
  const packets = packetsIn(session.writeBye(0, unixOffsetUs, 0, 'y'.repeat(255)) ?? assert.fail());
  assert.deepEqual(packets.slice(1), [
    { type: 'source-description', chunks: [{ ssrc, cname: 'x'.repeat(255) }] },
    { type: 'bye', ssrcs: [ssrc], reason: 'y'.repeat(255) },
  ]);
});

for (const { name, refused } of [
  { name: 'no CNAME', refused: '' },
  { name: 'a CNAME of 256 bytes', refused: 'é'.repeat(128) },
]) {
  test(`${name} is refused`, () => {
    const options = { ssrc, cname: refused, clockRateHz: 90_000, random: () => 0 };
    assert.throws(() => new SenderSession(options), { code: 'ERR_INVALID_ARGUMENT' });
  });
}

test('what a receiver reports is kept, in the units of people', () => {
  const session = openReported();
  const block = { fractionLost: 0.25, packetsLost: -3, highestSequenceNumber: 0x1_0005, jitterTicks: 900 };
  session.onReceived(receiverReport(7, block), 4 * second);
  assert.deepEqual(session.statistics(5 * second), {
    reportsSent: 1,
    packetsReceived: 1,
    packetsMalformed: 0,
    packetsForeign: 0,
    receivers: [
      {
        ssrc: 7,
        fractionLost: 0.25,
        packetsLost: -3,
        highestSequenceNumber: 0x1_0005,
        jitterMs: 10,
        lastReportAgeMs: 1000,
      },
    ],
  });
});

test('a later report of the same receiver takes the place of the earlier', () => {
  const session = openReported();
  session.onReceived(receiverReport(7, { packetsLost: 1 }), second);
  session.onReceived(receiverReport(7, { packetsLost: 2 }), 2 * second);
  const { receivers } = session.statistics(2 * second);
  assert.deepEqual(
    receivers.map(({ packetsLost, lastReportAgeMs }) => [packetsLost, lastReportAgeMs]),
    [[2, 0]],
  );
});

/** Round trip that follows from a block that arrives so long after the last sender report. */
function roundTripMs(
  afterUs: number,
  block: Partial<ReportBlock>,
  sentUs = 100 * second,
): number | undefined {
  const session = openReported(90 * second);
  const { ntp } = senderReportIn(session.writeReport(sentUs, unixOffsetUs, 0));
  session.onReceived(
    receiverReport(7, { lastReportCompactNtp: compactNtp(ntp), ...block }),
    sentUs + afterUs,
  );
  return session.statistics(sentUs + afterUs).receivers[0]?.roundTripMs;
}

test('the round trip is the time since the report without the delay at the receiver', () => {
  // 1.5 s at the receiver, of 1.52 s in all.
  assert.ok(Math.abs((roundTripMs(1_520_000, { delaySinceLastReport: 0x1_8000 }) ?? NaN) - 20) < 0.02);
});

test('a round trip is never negative', () => {
  assert.equal(roundTripMs(1_400_000, { delaySinceLastReport: 0x1_8000 }), 0);
});

test('there is no round trip before a report has reached the receiver', () => {
  assert.equal(roundTripMs(second, { lastReportCompactNtp: 0 }), undefined);
});

test('an answer to no report is none to a report whose compact timestamp happens to be 0', () => {
  const session = openSession();
  session.onSent(1, 1);
  const unixSeconds = 2 ** 16 * 61_019 - 2_208_988_800;
  const { ntp } = senderReportIn(session.writeReport(0, unixSeconds * second, 0));
  assert.equal(compactNtp(ntp), 0);
  session.onReceived(receiverReport(7, { lastReportCompactNtp: 0 }), second);
  assert.equal(session.statistics(second).receivers[0]?.roundTripMs, undefined);
});

test('there is no round trip by a report that was never sent', () => {
  assert.equal(roundTripMs(second, { lastReportCompactNtp: 0xdead_beef }), undefined);
});

test('a report of a minute ago still gives a round trip, one of ten minutes ago does not', () => {
  const session = openReported(0);
  const lastReportCompactNtp = compactNtp(ntpFromUnixUs(unixOffsetUs));
  const roundTripAfter = (seconds: number): number | undefined => {
    const block = { lastReportCompactNtp, delaySinceLastReport: seconds * 65_536 };
    session.onReceived(receiverReport(7, block), seconds * second + 30_000);
    return session.statistics(seconds * second + 30_000).receivers[0]?.roundTripMs;
  };
  for (let seconds = 1; seconds <= 60; seconds += 1) session.writeReport(seconds * second, unixOffsetUs, 0);
  session.onSent(1, 1);
  assert.equal(roundTripAfter(60), 30);
  for (let seconds = 61; seconds <= 600; seconds += 1) {
    session.onSent(1, 1);
    session.writeReport(seconds * second, unixOffsetUs, 0);
  }
  assert.equal(roundTripAfter(600), undefined);
});

test('a wall clock that is set between report and answer does not change the round trip', () => {
  const session = openReported(0);
  session.onSent(1, 1);
  const { ntp } = senderReportIn(session.writeReport(10 * second, unixOffsetUs, 0));
  session.onSent(1, 1);
  session.writeReport(10 * second + 1000, unixOffsetUs + 3600 * second, 90);
  const block = { lastReportCompactNtp: compactNtp(ntp), delaySinceLastReport: 0x1_0000 };
  session.onReceived(receiverReport(7, block), 11 * second + 5000);
  assert.equal(session.statistics(11 * second + 5000).receivers[0]?.roundTripMs, 5);
});

test('a receiver that says goodbye goes', () => {
  const session = openReported();
  session.onReceived(receiverReport(7), second);
  session.onReceived(receiverReport(8), second);
  session.onReceived(farewell(7), 2 * second);
  assert.deepEqual(receiversOf(session, 2 * second), [8]);
  assert.equal(session.statistics(2 * second).packetsForeign, 0);
});

test('a receiver that is silent for five intervals goes, at the next report or question', () => {
  const session = openReported();
  session.onReceived(receiverReport(7), second);
  session.onReceived(receiverReport(8), 5 * second);
  assert.deepEqual(receiversOf(session, 26 * second), [7, 8]);
  assert.deepEqual(receiversOf(session, 26 * second + 1), [8]);
});

const foreign = [
  { name: 'a report about another stream', bytes: receiverReport(7, { ssrc: 99 }) },
  { name: 'a report about nothing', bytes: hex('80 c9 00 01  00 00 00 07') },
  { name: 'the farewell of somebody unknown', bytes: farewell(7) },
];

for (const { name, bytes } of foreign) {
  test(`${name} is counted as foreign`, () => {
    const session = openReported();
    session.onReceived(bytes, second);
    const { packetsReceived, packetsForeign, packetsMalformed, receivers } = session.statistics(second);
    assert.deepEqual([packetsReceived, packetsForeign, packetsMalformed, receivers], [1, 1, 0, []]);
  });
}

test('garbage is counted as malformed', () => {
  const session = openReported();
  for (const garbage of [hex(''), hex('de ad be ef'), receiverReport(7).subarray(0, 31)])
    session.onReceived(garbage, second);
  const { packetsReceived, packetsForeign, packetsMalformed, receivers } = session.statistics(second);
  assert.deepEqual([packetsReceived, packetsForeign, packetsMalformed, receivers], [3, 0, 3, []]);
});

test('a malformed compound has no effect, whatever its first packets say', () => {
  const session = openReported();
  session.onReceived(Uint8Array.of(...receiverReport(7), 0x81, 0xca, 0, 0), second);
  assert.deepEqual(receiversOf(session, second), []);
});
