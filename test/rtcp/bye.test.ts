import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBye, writeBye, type Bye } from '../../lib/rtcp/index.js';
import { hex } from '../rtp/hex.js';
import { testTwoWay, type TwoWay } from './two-way.js';

// RFC 3550 section 6.6.
const byes: TwoWay<Bye>[] = [
  {
    name: 'a farewell without a reason',
    bytes: hex(`
      81 cb 00 01  # V=2, SC=1, PT=203, one more word
      12 34 56 78  # SSRC
    `),
    packet: { ssrcs: [0x12345678] },
  },
  {
    name: 'a reason that ends on a boundary',
    bytes: hex(`
      81 cb 00 02  # V=2, SC=1, PT=203, two more words
      12 34 56 78  # SSRC
      03 65 6e 64  # 3 bytes: end
    `),
    packet: { ssrcs: [0x12345678], reason: 'end' },
  },
  {
    name: 'a reason with zeros up to the boundary',
    bytes: hex(`
      82 cb 00 04  # V=2, SC=2, PT=203, four more words
      00 00 00 01  # SSRC
      ff ff ff ff  # SSRC
      04 73 74 6f  # 4 bytes: sto
      70 00 00 00  # p
    `),
    packet: { ssrcs: [1, 0xffffffff], reason: 'stop' },
  },
  {
    name: 'a farewell of nobody',
    bytes: hex('80 cb 00 00  # V=2, SC=0, PT=203'),
    packet: { ssrcs: [] },
  },
];

testTwoWay(byes, writeBye, parseBye);

const malformed = [
  { name: 'a source that is not there', bytes: hex('81 cb 00 00'), reason: 'BYE shorter than its sources' },
  {
    name: 'a reason longer than the packet',
    bytes: hex('81 cb 00 02  12 34 56 78  04 65 6e 64'),
    reason: 'reason for leaving cut short',
  },
  {
    name: 'a receiver report',
    bytes: hex('80 c9 00 01  11 11 11 11'),
    reason: 'not an RTCP packet of type 203',
  },
];

for (const { name, bytes, reason } of malformed) {
  test(`${name} is refused`, () => {
    assert.deepEqual(parseBye(bytes, 0), { ok: false, reason });
  });
}
