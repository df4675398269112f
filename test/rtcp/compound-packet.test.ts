import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCompoundPacket } from '../../lib/rtcp/index.js';
import { hex } from '../rtp/hex.js';

const senderReport =
  '80 c8 00 06  00 00 00 01  00 00 00 02 00 00 00 03  00 00 00 04  00 00 00 05  00 00 00 06';
const receiverReport = '80 c9 00 01  00 00 00 01';
const description = '81 ca 00 02  00 00 00 01  01 01 78 00';
const bye = '81 cb 00 01  00 00 00 01';
const app = '80 cc 00 02  00 00 00 01  6e 61 6d 65';
const pictureLoss = '81 ce 00 02  00 00 00 01  00 00 00 02'; // PSFB, RFC 4585 section 6.3.1
const extendedReport = '80 cf 00 01  00 00 00 01'; // RFC 3611

/** Types of the packets, or why they were refused. */
function typesOf(text: string, rule?: 'reduced-size'): string[] | string {
  const result = parseCompoundPacket(hex(text), rule);
  return result.ok ? result.value.map(({ type }) => type) : result.reason;
}

test('a compound is read in its order', () => {
  assert.deepEqual(parseCompoundPacket(hex(`${senderReport} ${description} ${bye}`)), {
    ok: true,
    value: [
      {
        type: 'sender-report',
        ssrc: 1,
        ntp: { seconds: 2, fraction: 3 },
        rtpTimestamp: 4,
        packetCount: 5,
        octetCount: 6,
        reportBlocks: [],
      },
      { type: 'source-description', chunks: [{ ssrc: 1, cname: 'x' }] },
      { type: 'bye', ssrcs: [1] },
    ],
  });
});

test('packets of other types are passed over', () => {
  const text = `${receiverReport} ${app} ${description} ${pictureLoss} ${extendedReport} ${bye}`;
  assert.deepEqual(typesOf(text), ['receiver-report', 'source-description', 'bye']);
});

test('padding may end the last packet', () => {
  const paddedBye = 'a1 cb 00 02  00 00 00 01  00 00 00 04';
  assert.deepEqual(typesOf(`${receiverReport} ${paddedBye}`), ['receiver-report', 'bye']);
});

test('feedback alone is read where reduced size was agreed on', () => {
  assert.deepEqual(typesOf(pictureLoss, 'reduced-size'), []);
  assert.deepEqual(typesOf(bye, 'reduced-size'), ['bye']);
});

const malformed = [
  { name: 'nothing', text: '', reason: 'shorter than an RTCP header' },
  {
    name: 'a description first',
    text: `${description} ${receiverReport}`,
    reason: 'the first RTCP packet is no report',
  },
  { name: 'feedback alone', text: pictureLoss, reason: 'the first RTCP packet is no report' },
  { name: 'an RTP packet', text: '80 1a 12 34  00 01 5f 90  de ad be ef', reason: 'RTCP packet cut short' },
  {
    name: 'a packet of version 1 behind a good one',
    text: `${receiverReport} 41 cb 00 01 00 00 00 01`,
    reason: 'not RTCP version 2',
  },
  {
    name: 'two bytes behind the last packet',
    text: `${receiverReport} 80 cb`,
    reason: 'shorter than an RTCP header',
  },
  {
    name: 'a second packet cut short',
    text: `${receiverReport} 81 cb 00 02 00 00 00 01`,
    reason: 'RTCP packet cut short',
  },
  {
    name: 'padding before the last packet',
    text: `a0 c9 00 02  00 00 00 01  00 00 00 04  ${bye}`,
    reason: 'padding before the last RTCP packet',
  },
  {
    name: 'a good report and a bad description',
    text: `${receiverReport} 81 ca 00 00`,
    reason: 'SDES chunk cut short',
  },
];

for (const { name, text, reason } of malformed) {
  test(`${name} is refused`, () => {
    assert.equal(typesOf(text), reason);
  });
}
