import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSenderReport, writeSenderReport, type SenderReport } from '../../lib/rtcp/index.js';
import { hex } from '../rtp/hex.js';
import { testTwoWay, type TwoWay } from './two-way.js';

// RFC 3550 section 6.4.1.
const reports: TwoWay<SenderReport>[] = [
  {
    name: 'a report of a sender that receives nothing',
    bytes: hex(`
      80 c8 00 06  # V=2, RC=0, PT=200, six more words
      12 34 56 78  # SSRC of sender
      e6 a1 b2 c3  # NTP timestamp, seconds
      40 00 00 00  # NTP timestamp, a quarter of a second
      00 01 5f 90  # RTP timestamp 90000
      00 00 03 e8  # 1000 packets
      00 14 cc 00  # 1,362,944 bytes
    `),
    packet: {
      ssrc: 0x12345678,
      ntp: { seconds: 0xe6a1b2c3, fraction: 0x40000000 },
      rtpTimestamp: 90_000,
      packetCount: 1000,
      octetCount: 1_362_944,
      reportBlocks: [],
    },
  },
  {
    name: 'a report of a sender that receives, too',
    bytes: hex(`
      81 c8 00 0c  # V=2, RC=1, PT=200, twelve more words
      ff ff ff ff  # SSRC of sender
      ff ff ff ff ff ff ff ff  # NTP timestamp
      ff ff ff ff  # RTP timestamp
      ff ff ff ff  # packets
      ff ff ff ff  # bytes
      de ad be ef  # SSRC of the source
      40 00 00 07  # a quarter lost, 7 packets lost
      00 01 00 05  # sequence number 5 in the second round
      00 00 00 5a  # jitter 90
      b2 c3 40 00  # LSR
      00 01 80 00  # DLSR 1.5 s
    `),
    packet: {
      ssrc: 0xffffffff,
      ntp: { seconds: 0xffffffff, fraction: 0xffffffff },
      rtpTimestamp: 0xffffffff,
      packetCount: 0xffffffff,
      octetCount: 0xffffffff,
      reportBlocks: [
        {
          ssrc: 0xdeadbeef,
          fractionLost: 0.25,
          packetsLost: 7,
          highestSequenceNumber: 0x10005,
          jitterTicks: 90,
          lastReportCompactNtp: 0xb2c34000,
          delaySinceLastReport: 0x18000,
        },
      ],
    },
  },
];

testTwoWay(reports, writeSenderReport, parseSenderReport);

test('counts begin again at 2^32', () => {
  const [{ packet, bytes } = assert.fail()] = reports;
  const written = new Uint8Array(bytes.length);
  const counts = { packetCount: 2 ** 32 + 1000, octetCount: 3 * 2 ** 32 + 1_362_944 };
  writeSenderReport(written, 0, { ...packet, ...counts });
  assert.deepEqual(written, bytes);
});

test('extensions of a profile behind the blocks are passed over', () => {
  const [{ packet, bytes } = assert.fail()] = reports;
  const extended = Uint8Array.of(...bytes, 1, 2, 3, 4).with(3, 7);
  assert.deepEqual(parseSenderReport(extended, 0), { ok: true, value: packet });
});

const fields = '11 11 11 11  22 22 22 22 22 22 22 22  33 33 33 33  44 44 44 44  55 55 55 55';
const malformed = [
  {
    name: 'a report without its last word',
    bytes: hex(`80 c8 00 05  ${fields}`).subarray(0, 24),
    reason: 'sender report shorter than its blocks',
  },
  {
    name: 'a report without the block it announces',
    bytes: hex(`81 c8 00 06  ${fields}`),
    reason: 'sender report shorter than its blocks',
  },
  {
    name: 'padding in place of the last word',
    bytes: hex(`a0 c8 00 06  ${fields}`).with(27, 4),
    reason: 'sender report shorter than its blocks',
  },
  {
    name: 'a receiver report',
    bytes: hex('80 c9 00 01  11 11 11 11'),
    reason: 'not an RTCP packet of type 200',
  },
];

for (const { name, bytes, reason } of malformed) {
  test(`${name} is refused`, () => {
    assert.deepEqual(parseSenderReport(bytes, 0), { ok: false, reason });
  });
}
