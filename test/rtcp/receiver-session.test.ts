import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compactNtp,
  ntpFromUnixUs,
  parseCompoundPacket,
  ReceiverSession,
  SenderClock,
  writeBye,
  writeReceiverReport,
  writeSenderReport,
  writeSourceDescription,
  type RtcpPacket,
} from '../../lib/rtcp/index.js';
import type { SocketAddress } from '../../lib/util/socket-address.js';

const second = 1_000_000;
const source = 0x1234_5678;
const own = 0x0b0b_0b0b;
const reportUnixUs = 1_790_000_000 * second;

/** Where the stream's RTP comes from, and the sender's reports. */
const from = { address: '192.0.2.1', port: 5000 };
const rtcpFrom = { address: '192.0.2.1', port: 5001 };

/** A stream whose timestamp is 9000 now. */
function streamAt(rtpTimestamp: number, ssrc = source) {
  return { ssrc, from, aheadUs: (other: number) => (((other - rtpTimestamp) | 0) * 1e6) / 90_000 };
}

function openSession(random = 0, rtpTimestamp = 9000): ReceiverSession {
  const session = new ReceiverSession({
    ssrc: own,
    cname: 'receiver',
    clockRateHz: 90_000,
    random: () => random,
  });
  session.begin(streamAt(rtpTimestamp));
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

/** A compound of somebody else that says that the stream has ended. */
function farewell(): Uint8Array {
  const memory = new Uint8Array(16);
  writeReceiverReport(memory, 0, { ssrc: 7, reportBlocks: [] });
  writeBye(memory, 8, { ssrcs: [source] });
  return memory;
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
  assert.equal(session.onReceived(senderReport(), rtcpFrom, false, 10 * second), 'report');
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
  assert.deepEqual([session.cname, session.peer], [undefined, undefined]);
  assert.equal(session.onReceived(senderReport(), rtcpFrom, false, second), 'report');
  assert.deepEqual([session.cname, session.peer], ['camera', { ...rtcpFrom, isMuxed: false }]);
  assert.equal(session.onReceived(senderReport(source, 9000, true), rtcpFrom, false, second), 'goodbye');
  session.begin(streamAt(0, 99));
  assert.deepEqual([session.cname, session.peer], [undefined, undefined]);
});

test('the sender says goodbye in its first report, or in a compound without a report behind one', () => {
  const session = openSession();
  assert.equal(session.onReceived(senderReport(source, 9000, true), rtcpFrom, false, second), 'goodbye');
  assert.equal(session.onReceived(farewell(), rtcpFrom, false, second), 'goodbye');
  assert.equal(session.onReceived(farewell(), { ...rtcpFrom, port: 9 }, false, second), 'foreign');
});

test('what is malformed changes nothing, and is counted', () => {
  const session = openSession();
  assert.equal(session.onReceived(Uint8Array.of(1, 2, 3), rtcpFrom, false, second), 'nothing');
  assert.deepEqual(session.statistics(), {
    packetsReceived: 1,
    packetsMalformed: 1,
    packetsForeign: 0,
    reportsSent: 0,
  });
});

const forgeries: readonly {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly at?: SocketAddress;
  readonly isMuxed?: boolean;
}[] = [
  { name: 'about another stream', bytes: senderReport(77, 9000, true) },
  {
    name: 'from another address',
    bytes: senderReport(source, 9000, true),
    at: { ...from, address: '192.0.2.2' },
  },
  { name: 'on the port of RTP from another port', bytes: senderReport(source, 9000, true), isMuxed: true },
  {
    name: 'on the port of RTP from another address',
    bytes: senderReport(source, 9000, true),
    at: { ...from, address: '192.0.2.2' },
    isMuxed: true,
  },
  { name: 'with a timestamp 6 s ahead of the stream', bytes: senderReport(source, 549_000, true) },
  { name: 'with a timestamp 6 s behind the stream', bytes: senderReport(source, 2 ** 32 - 531_000, true) },
  { name: 'of nobody, with a goodbye of the stream', bytes: farewell() },
];

for (const { name, bytes, at = rtcpFrom, isMuxed = false } of forgeries) {
  test(`a report ${name} is foreign, and changes nothing`, () => {
    const session = openSession();
    assert.equal(session.onReceived(bytes, at, isMuxed, second), 'foreign');
    assert.deepEqual(
      [session.clock.unixUs(9000), session.cname, session.peer, session.statistics().packetsForeign],
      [undefined, undefined, undefined, 1],
    );
  });
}

test('once a port has proved to be the sender’s, reports from other ports are foreign, however exact', () => {
  const session = openSession();
  session.onReceived(senderReport(), rtcpFrom, false, second);
  const otherPort = { ...rtcpFrom, port: 6000 };
  assert.equal(session.onReceived(senderReport(source, 9000, true), otherPort, false, 2 * second), 'foreign');
  assert.equal(session.onReceived(senderReport(source, 9000, true), from, true, 2 * second), 'foreign');
  assert.deepEqual(session.peer, { ...rtcpFrom, isMuxed: false });
});

test('a sender whose port for RTCP changes is known again after 30 s', () => {
  const session = openSession();
  session.onReceived(senderReport(), rtcpFrom, false, second);
  const otherPort = { ...rtcpFrom, port: 6000 };
  assert.equal(session.onReceived(senderReport(), otherPort, false, 31 * second), 'foreign');
  assert.equal(session.onReceived(farewell(), otherPort, false, 31.1 * second), 'foreign');
  assert.equal(session.onReceived(senderReport(), otherPort, false, 31.1 * second), 'report');
  assert.deepEqual(session.peer, { ...otherPort, isMuxed: false });
});

test('a report from the peer’s own port whose timestamp is far from the stream’s does not set the clock', () => {
  const session = openSession();
  session.onReceived(senderReport(), rtcpFrom, false, second);
  const before = session.clock.unixUs(9000);
  assert.equal(session.onReceived(senderReport(source, 1e9, true), rtcpFrom, false, 2 * second), 'foreign');
  assert.equal(session.clock.unixUs(9000), before);
});

test('a sender that uses one port for both is reported to there', () => {
  const session = openSession();
  assert.equal(session.onReceived(senderReport(), from, true, second), 'report');
  assert.deepEqual(session.peer, { ...from, isMuxed: true });
});

test('before a stream is received everything is foreign', () => {
  const session = new ReceiverSession({ ssrc: own, cname: 'receiver', clockRateHz: 90_000, random: () => 0 });
  assert.equal(session.onReceived(senderReport(), rtcpFrom, false, second), 'foreign');
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
    const session = openSession(0, reported);
    session.onReceived(senderReport(source, reported), rtcpFrom, false, second);
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
