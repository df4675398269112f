// Whose reports a sender takes in, and whose it keeps.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compactNtp, ntpFromUnixUs, SenderSession } from '../../lib/rtcp/index.js';
import { farewell, receiverReport, ssrc } from './receivers.js';

const second = 1_000_000;
const options = { ssrc, cname: 'camera@pi', clockRateHz: 90_000, random: () => 0.5 };

/** A session that has sent a frame and its first report. */
function openReported(): SenderSession {
  const session = new SenderSession(options);
  session.onSent(10, 10_000);
  session.writeReport(0, 0, 0);
  return session;
}

function receiversOf(session: SenderSession, nowUs: number): number[] {
  return session.statistics(nowUs).receivers.map((receiver) => receiver.ssrc);
}

test('of 33 receivers the one known for the shortest time gives way', () => {
  const session = openReported();
  for (let reporter = 1; reporter <= 32; reporter++) session.onReceived(receiverReport(reporter), reporter);
  session.onReceived(receiverReport(1), 33);
  session.onReceived(receiverReport(33), 34);
  const receivers = receiversOf(session, 34);
  assert.equal(receivers.length, 32);
  assert.ok(receivers.includes(1) && receivers.includes(33) && !receivers.includes(32));
});

const home = { address: '192.0.2.1', port: 6001 };
const otherPort = { ...home, port: 9 };
const otherHost = { ...home, address: '192.0.2.2' };

for (const [name, from] of [
  ['another port', otherPort],
  ['another address', otherHost],
] as const) {
  test(`an SSRC belongs to the address it was first heard from: what comes from ${name} is foreign`, () => {
    const session = openReported();
    assert.equal(session.onReceived(receiverReport(7, { packetsLost: 1 }), second, home), true);
    assert.equal(session.onReceived(receiverReport(7, { packetsLost: 2 }), second, from), false);
    assert.equal(session.onReceived(farewell(7), second, from), false);
    assert.deepEqual(
      session.statistics(second).receivers.map(({ packetsLost }) => packetsLost),
      [1],
    );
    assert.equal(session.statistics(second).packetsForeign, 2);
    assert.equal(session.onReceived(farewell(7), second, home), true);
    assert.equal(session.onReceived(receiverReport(7), second, from), true);
  });
}

test('a receiver whose port changes is known again when it has been silent for five intervals', () => {
  const session = openReported();
  session.onReceived(receiverReport(7), second, home);
  assert.equal(session.onReceived(receiverReport(7), 20 * second, otherPort), false);
  assert.deepEqual(receiversOf(session, 27 * second), []);
  assert.equal(session.onReceived(receiverReport(7), 27 * second, otherPort), true);
});

test('of one address four receivers are kept, and those that have reported for long stay', () => {
  const session = openReported();
  for (let reporter = 1; reporter <= 3; reporter++)
    session.onReceived(receiverReport(reporter), reporter, home);
  session.onReceived(receiverReport(4), 4, otherHost);
  for (let reporter = 1000; reporter < 3000; reporter++)
    session.onReceived(receiverReport(reporter), reporter, { ...home, port: reporter });
  assert.deepEqual(receiversOf(session, 3000), [1, 2, 3, 4, 2999]);
});

test('a flood of SSRCs from many addresses does not push out those that have reported for long', () => {
  const session = openReported();
  for (let reporter = 1; reporter <= 31; reporter++)
    session.onReceived(receiverReport(reporter), reporter, {
      address: `192.0.2.${String(reporter)}`,
      port: 1,
    });
  for (let i = 0; i < 5000; i++)
    session.onReceived(receiverReport(1000 + i), 100 + i, {
      address: `198.51.100.${String(i % 250)}`,
      port: i,
    });
  const receivers = receiversOf(session, 6000);
  assert.deepEqual(
    [receivers.length, receivers.slice(0, 31)],
    [32, Array.from({ length: 31 }, (_, i) => i + 1)],
  );
});

/** A session that numbers its packets from 65,530 on, and has sent ten a second for 30 s. */
function openNumbered(): SenderSession {
  const session = new SenderSession({ ...options, initialSequenceNumber: 65_530 });
  for (let seconds = 0; seconds < 30; seconds++) {
    session.onSent(10, 10_000);
    session.writeReport(seconds * second, 0, 0);
  }
  return session;
}

const numbers = [
  { name: 'the last one sent', highestSequenceNumber: 65_530 + 299, counts: true },
  { name: 'one of five seconds ago, with other wraps', highestSequenceNumber: 0x5_0000 + 243, counts: true },
  { name: 'one of 12 seconds ago', highestSequenceNumber: 0x1_0000 + 173, counts: false },
  { name: 'one that was not sent yet', highestSequenceNumber: 65_530 + 300, counts: false },
  { name: 'one from before the first', highestSequenceNumber: 65_529, counts: false },
  { name: 'none', highestSequenceNumber: 0, counts: false },
  { name: 'the greatest', highestSequenceNumber: 2 ** 32 - 1, counts: false },
];

for (const { name, highestSequenceNumber, counts } of numbers) {
  test(`a report whose highest sequence number is ${name} ${counts ? 'counts' : 'is foreign'}`, () => {
    const session = openNumbered();
    const report = receiverReport(7, { highestSequenceNumber, fractionLost: 0.5 });
    assert.equal(session.onReceived(report, 29.5 * second, home), counts);
    const { packetsForeign, receivers } = session.statistics(29.5 * second);
    assert.deepEqual([packetsForeign, receivers.length], counts ? [0, 1] : [1, 0]);
  });
}

test('once a receiver has had a report of ours, others at its address have to name one as well', () => {
  const session = openNumbered();
  const ntp = ntpFromUnixUs(28 * second);
  const report = (reporter: number, lastReportCompactNtp: number, from = home): boolean => {
    const bytes = receiverReport(reporter, { highestSequenceNumber: 65_530 + 299, lastReportCompactNtp });
    return session.onReceived(bytes, 29.5 * second, { ...from, port: reporter });
  };
  assert.equal(report(1, 0), true);
  assert.equal(report(2, compactNtp(ntp)), true);
  assert.equal(report(3, 0), false);
  assert.equal(report(1, 0), false);
  assert.equal(report(4, compactNtp(ntp) + 1), false);
  assert.equal(report(5, 0, otherHost), true);
  assert.equal(report(6, 1, otherHost), false);
  assert.equal(report(3, compactNtp(ntp)), true);
});

test('a report after a minute without packets does not name one that was sent lately', () => {
  const session = openNumbered();
  for (let seconds = 30; seconds < 90; seconds++) session.writeReport(seconds * second, 0, 0);
  const last = receiverReport(7, { highestSequenceNumber: 65_530 + 299 });
  assert.equal(session.onReceived(last, 89.5 * second, home), false);
  session.onSent(10, 10_000);
  assert.equal(
    session.onReceived(receiverReport(7, { highestSequenceNumber: 65_530 + 305 }), 90 * second, home),
    true,
  );
});
