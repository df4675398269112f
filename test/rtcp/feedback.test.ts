import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFeedback, type Feedback } from '../../lib/rtcp/index.js';
import { hex } from '../rtp/hex.js';

interface Case {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly feedback: readonly Feedback[];
}

const cases: Case[] = [
  {
    name: 'NACK (RFC 4585 section 6.2.1): a packet, and two of the 16 after it',
    bytes: hex(`
      81 cd 00 03  # V=2, FMT=1, PT=205, three more words
      00 00 00 01  # of its sender
      12 34 56 78  # of the stream
      ff fe 00 09  # 65534, and bits 0 and 3: 65535 and 2
    `),
    feedback: [{ type: 'nack', mediaSsrc: 0x12345678, sequenceNumbers: [65534, 65535, 2] }],
  },
  {
    name: 'picture loss indication (RFC 4585 section 6.3.1), behind a receiver report',
    bytes: hex(`
      80 c9 00 01  # V=2, RC=0, PT=201
      00 00 00 01
      81 ce 00 02  # V=2, FMT=1, PT=206
      00 00 00 01
      12 34 56 78
    `),
    feedback: [{ type: 'keyframe-request' }],
  },
  {
    name: 'full intra request (RFC 5104 section 4.3.1)',
    bytes: hex(`
      84 ce 00 04  # V=2, FMT=4, PT=206
      00 00 00 01
      00 00 00 00
      12 34 56 78  # of the stream
      07 00 00 00  # number of the request
    `),
    feedback: [{ type: 'keyframe-request' }],
  },
  {
    name: "a receiver's estimate (REMB)",
    bytes: hex(`
      8f ce 00 05  # V=2, FMT=15, PT=206
      00 00 00 01
      00 00 00 00
      52 45 4d 42  # REMB
      01 07 d0 90  # one source; exponent 1, mantissa 0x3d090: 2 * 250000
      12 34 56 78
    `),
    feedback: [{ type: 'remb', bitrateBps: 500_000 }],
  },
  {
    name: 'other feedback of the application layer is passed over',
    bytes: hex('8f ce 00 03  00 00 00 01  00 00 00 00  41 42 43 44  # not REMB'),
    feedback: [],
  },
  {
    name: 'arrivals in a run: small times, one byte of padding',
    bytes: hex(`
      af cd 00 06  # V=2, P, FMT=15, PT=205
      00 00 00 01
      12 34 56 78
      00 05 00 03  # from 5 on three packets
      00 00 02 00  # 2 * 64 ms; feedback 0
      20 03        # a run of three small ones
      04 00 ff     # 1 ms, 0, 63.75 ms
      00 00 03     # padding
    `),
    feedback: [
      { type: 'transport-feedback', baseSequenceNumber: 5, arrivalsUs: [129_000, 129_000, 192_750] },
    ],
  },
  {
    name: 'arrivals by vectors of one and two bits: lost ones, and one before the other',
    bytes: hex(`
      8f cd 00 06  # V=2, FMT=15, PT=205
      00 00 00 01
      12 34 56 78
      ff ff 00 10  # from 65535 on 16 packets
      ff ff ff 00  # -64 ms
      a0 00        # 14 of one bit: the first one alone
      d8 00        # 7 of two bits: small, large and no more
      08           # 2 ms
      04           # 1 ms
      ff f8        # -2 ms
    `),
    feedback: [
      {
        type: 'transport-feedback',
        baseSequenceNumber: 65535,
        arrivalsUs: [-62_000, ...Array.from({ length: 13 }, () => NaN), -61_000, -63_000],
      },
    ],
  },
];

for (const { name, bytes, feedback } of cases) {
  test(name, () => {
    assert.deepEqual(parseFeedback(bytes), { ok: true, value: feedback });
  });
}

const refused: [name: string, bytes: string, reason: string][] = [
  ['shorter than its two sources', '81 cd 00 01  00 00 00 01', 'feedback cut short'],
  [
    'without its times',
    '8f cd 00 04  00 00 00 01  00 00 00 02  00 00 00 01  00 00 00 00',
    'transport feedback with fewer chunks than packets',
  ],
  [
    'with fewer times than packets arrived',
    '8f cd 00 05  00 00 00 01  00 00 00 02  00 00 00 09  00 00 00 00  20 09 00 00',
    'transport feedback with fewer times than packets',
  ],
  [
    'with a status that does not exist',
    '8f cd 00 05  00 00 00 01  00 00 00 02  00 00 00 01  00 00 00 00  60 01 00 00',
    'reserved packet status',
  ],
  [
    'about more packets than any stream has',
    '8f cd 00 05  00 00 00 01  00 00 00 02  00 00 ff ff  00 00 00 00  1f ff 1f ff',
    'transport feedback about too many packets',
  ],
];
for (const [name, bytes, reason] of refused) {
  test(`refused: ${name}`, () => {
    assert.deepEqual(parseFeedback(hex(bytes)), { ok: false, reason });
  });
}

test('all transport feedback of a datagram is about 2048 packets at most', () => {
  // Nothing of a run of packets has arrived, which takes two bytes.
  const runOf = (count: number): Uint8Array => {
    const run = count.toString(16).padStart(4, '0');
    return hex(`8f cd 00 05  00 00 00 01  00 00 00 02  00 00 ${run}  00 00 00 00  ${run} 00 00`);
  };
  assert.equal(parseFeedback(runOf(2048)).ok, true);
  assert.equal(parseFeedback(runOf(2049)).ok, false);
  assert.equal(parseFeedback(Buffer.concat([runOf(1024), runOf(1024)])).ok, true);
  assert.equal(parseFeedback(Buffer.concat([runOf(1024), runOf(1024), runOf(1)])).ok, false);
});
