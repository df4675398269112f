import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRtcpHeader } from '../../lib/rtcp/index.js';
import { framed, framedOffset, hex } from '../rtp/hex.js';

// RFC 3550 section 6.4.1.
const headers = [
  {
    name: 'a packet of nothing but its header',
    bytes: hex('80 cb 00 00  # V=2, count 0, PT 203, no more words'),
    header: { count: 0, packetType: 203, packetBytes: 4, paddingBytes: 0 },
  },
  {
    name: 'a packet of another type',
    bytes: hex(`
      9f cd 00 02  # V=2, count 31, PT 205, two more words
      11 11 11 11 22 22 22 22
    `),
    header: { count: 31, packetType: 205, packetBytes: 12, paddingBytes: 0 },
  },
  {
    name: 'padding',
    bytes: hex(`
      a1 cb 00 02  # V=2, P=1, count 1, PT 203, two more words
      11 11 11 11
      00 00 00 04  # padding, 4 bytes with this one
    `),
    header: { count: 1, packetType: 203, packetBytes: 12, paddingBytes: 4 },
  },
];

for (const { name, bytes, header } of headers) {
  test(`the header of ${name} is read`, () => {
    assert.deepEqual(parseRtcpHeader(bytes, 0), { ok: true, value: header });
    assert.deepEqual(parseRtcpHeader(framed(bytes), framedOffset), { ok: true, value: header });
  });
}

const malformed = [
  { name: 'nothing', bytes: hex(''), reason: 'shorter than an RTCP header' },
  { name: 'three bytes', bytes: hex('80 cb 00'), reason: 'shorter than an RTCP header' },
  { name: 'version 1', bytes: hex('40 cb 00 00'), reason: 'not RTCP version 2' },
  { name: 'version 3', bytes: hex('c0 cb 00 00'), reason: 'not RTCP version 2' },
  { name: 'a word too few', bytes: hex('81 cb 00 02  11 11 11 11'), reason: 'RTCP packet cut short' },
  {
    name: 'padding of no bytes',
    bytes: hex('a1 cb 00 01  11 11 11 00'),
    reason: 'padding is not whole words',
  },
  {
    name: 'padding of three bytes',
    bytes: hex('a1 cb 00 01  11 11 11 03'),
    reason: 'padding is not whole words',
  },
  {
    name: 'padding longer than the packet',
    bytes: hex('a1 cb 00 01  11 11 11 08'),
    reason: 'padding longer than the RTCP packet',
  },
];

for (const { name, bytes, reason } of malformed) {
  test(`${name} is refused`, () => {
    assert.deepEqual(parseRtcpHeader(bytes, 0), { ok: false, reason });
  });
}
