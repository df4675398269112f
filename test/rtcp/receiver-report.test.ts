import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseReceiverReport, writeReceiverReport, type ReceiverReport } from '../../lib/rtcp/index.js';
import { hex } from '../rtp/hex.js';
import { testTwoWay, type TwoWay } from './two-way.js';

// RFC 3550 section 6.4.2.
const reports: TwoWay<ReceiverReport>[] = [
  {
    name: 'a report of who has received nothing yet',
    bytes: hex(`
      80 c9 00 01  # V=2, RC=0, PT=201, one more word
      12 34 56 78  # SSRC of packet sender
    `),
    packet: { ssrc: 0x12345678, reportBlocks: [] },
  },
  {
    name: 'a report about two sources',
    bytes: hex(`
      82 c9 00 0d  # V=2, RC=2, PT=201, thirteen more words
      12 34 56 78  # SSRC of packet sender
      00 00 00 01  # SSRC of the first source
      ff 7f ff ff  # 255/256 lost, 8,388,607 packets lost
      ff ff ff ff  # highest sequence number
      ff ff ff ff  # jitter
      ff ff ff ff  # LSR
      ff ff ff ff  # DLSR
      00 00 00 02  # SSRC of the second source
      00 ff ff fe  # nothing lost, 2 packets duplicated
      00 00 12 34  # sequence number 0x1234 in the first round
      00 00 00 00  # no jitter
      00 00 00 00  # no LSR
      00 00 00 00  # no DLSR
    `),
    packet: {
      ssrc: 0x12345678,
      reportBlocks: [
        {
          ssrc: 1,
          fractionLost: 255 / 256,
          packetsLost: 0x7fffff,
          highestSequenceNumber: 0xffffffff,
          jitterTicks: 0xffffffff,
          lastReportCompactNtp: 0xffffffff,
          delaySinceLastReport: 0xffffffff,
        },
        {
          ssrc: 2,
          fractionLost: 0,
          packetsLost: -2,
          highestSequenceNumber: 0x1234,
          jitterTicks: 0,
          lastReportCompactNtp: 0,
          delaySinceLastReport: 0,
        },
      ],
    },
  },
];

testTwoWay(reports, writeReceiverReport, parseReceiverReport);

test('extensions of a profile behind the blocks are passed over', () => {
  const bytes = hex('80 c9 00 02  12 34 56 78  01 02 03 04');
  const value = { ssrc: 0x12345678, reportBlocks: [] };
  assert.deepEqual(parseReceiverReport(bytes, 0), { ok: true, value });
});

const malformed = [
  {
    name: 'a report without the block it announces',
    bytes: hex('81 c9 00 01  12 34 56 78'),
    reason: 'receiver report shorter than its blocks',
  },
  {
    name: 'a report of nobody',
    bytes: hex('80 c9 00 00'),
    reason: 'receiver report shorter than its blocks',
  },
  { name: 'a BYE', bytes: hex('80 cb 00 00'), reason: 'not an RTCP packet of type 201' },
];

for (const { name, bytes, reason } of malformed) {
  test(`${name} is refused`, () => {
    assert.deepEqual(parseReceiverReport(bytes, 0), { ok: false, reason });
  });
}
