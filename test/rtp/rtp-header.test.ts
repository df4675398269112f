import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRtpPacket, rtpHeaderBytes, writeRtpHeader, type RtpHeader } from '../../lib/rtp/index.js';
import { framed, framedOffset, hex } from './hex.js';

// RFC 3550 section 5.1.
const headers: { name: string; bytes: Uint8Array; header: RtpHeader }[] = [
  {
    name: 'a packet of JPEG',
    bytes: hex(`
      80 1a 12 34  # V=2, M=0, PT 26, sequence number 0x1234
      00 01 5f 90  # timestamp 90000
      de ad be ef  # SSRC
    `),
    header: { marker: false, payloadType: 26, sequenceNumber: 0x1234, rtpTimestamp: 90000, ssrc: 0xdeadbeef },
  },
  {
    name: 'the last packet of a frame',
    bytes: hex(`
      80 9a 00 00  # V=2, M=1, PT 26, sequence number 0
      00 00 00 00  # timestamp 0
      00 00 00 00  # SSRC 0
    `),
    header: { marker: true, payloadType: 26, sequenceNumber: 0, rtpTimestamp: 0, ssrc: 0 },
  },
  {
    name: 'every field at its largest',
    bytes: hex(`
      80 ff ff ff  # V=2, M=1, PT 127, sequence number 65535
      ff ff ff ff  # timestamp
      ff ff ff ff  # SSRC
    `),
    header: {
      marker: true,
      payloadType: 127,
      sequenceNumber: 0xffff,
      rtpTimestamp: 0xffff_ffff,
      ssrc: 0xffff_ffff,
    },
  },
];

for (const { name, bytes, header } of headers) {
  test(`${name}: written`, () => {
    const written = framed(new Uint8Array(rtpHeaderBytes));
    const { marker, payloadType, sequenceNumber, rtpTimestamp, ssrc } = header;
    writeRtpHeader(written, framedOffset, marker, payloadType, sequenceNumber, rtpTimestamp, ssrc);
    assert.deepEqual(written, framed(bytes));
  });

  test(`${name}: parsed`, () => {
    const value = { ...header, extensionOffset: 0, payloadOffset: 12, payloadBytes: 0 };
    assert.deepEqual(parseRtpPacket(bytes), { ok: true, value });
  });
}

const fixed = '1a 12 34  00 01 5f 90  de ad be ef'; // all of the header but its first byte
const { header } = headers[0] ?? assert.fail();

const received = [
  { name: 'payload', bytes: hex(`80 ${fixed}  01 02 03`), payloadOffset: 12, payloadBytes: 3 },
  {
    name: 'contributing sources',
    bytes: hex(`
      82 ${fixed}  # CC=2
      11 11 11 11 22 22 22 22
      01 02 03  # payload
    `),
    payloadOffset: 20,
    payloadBytes: 3,
  },
  {
    name: 'fifteen contributing sources',
    bytes: Uint8Array.of(...hex(`8f ${fixed}`), ...new Uint8Array(60), 1),
    payloadOffset: 72,
    payloadBytes: 1,
  },
  {
    name: 'a header extension',
    bytes: hex(`
      90 ${fixed}  # X=1
      be de 00 01  # profile, length 1 word
      aa bb cc dd
      01 02 03  # payload
    `),
    extensionOffset: 12,
    payloadOffset: 20,
    payloadBytes: 3,
  },
  {
    name: 'a header extension of no words',
    bytes: hex(`90 ${fixed}  be de 00 00  01`),
    extensionOffset: 12,
    payloadOffset: 16,
    payloadBytes: 1,
  },
  {
    name: 'padding',
    bytes: hex(`
      a0 ${fixed}  # P=1
      01 02 03  # payload
      00 00 03  # padding, 3 bytes with this one
    `),
    payloadOffset: 12,
    payloadBytes: 3,
  },
  {
    name: 'nothing but padding',
    bytes: hex(`a0 ${fixed}  00 02`),
    payloadOffset: 12,
    payloadBytes: 0,
  },
  {
    name: 'all of them',
    bytes: hex(`
      b1 ${fixed}  # P=1, X=1, CC=1
      11 11 11 11
      be de 00 01  aa bb cc dd
      01 02  # payload
      01  # padding
    `),
    extensionOffset: 16,
    payloadOffset: 24,
    payloadBytes: 2,
  },
];

for (const { name, bytes, extensionOffset = 0, payloadOffset, payloadBytes } of received) {
  test(`the payload of a packet with ${name} is found`, () => {
    const value = { ...header, extensionOffset, payloadOffset, payloadBytes };
    assert.deepEqual(parseRtpPacket(bytes), { ok: true, value });
  });
}

const malformed = [
  { name: 'nothing', bytes: hex(''), reason: 'shorter than an RTP header' },
  { name: 'eleven bytes', bytes: hex(`80 ${fixed}`).subarray(0, 11), reason: 'shorter than an RTP header' },
  { name: 'version 1', bytes: hex(`40 ${fixed}`), reason: 'not RTP version 2' },
  { name: 'version 3', bytes: hex(`c0 ${fixed}`), reason: 'not RTP version 2' },
  {
    name: 'a contributing source cut short',
    bytes: hex(`81 ${fixed}  11 11 11`),
    reason: 'headers and padding longer than the packet',
  },
  {
    name: 'the head of an extension cut short',
    bytes: hex(`90 ${fixed}  be de 00`),
    reason: 'header extension cut short',
  },
  {
    name: 'an extension longer than the packet',
    bytes: hex(`90 ${fixed}  be de 00 02  aa bb cc dd`),
    reason: 'headers and padding longer than the packet',
  },
  { name: 'padding of no bytes', bytes: hex(`a0 ${fixed}  01 00`), reason: 'padding of no bytes' },
  {
    name: 'padding longer than the payload',
    bytes: hex(`a0 ${fixed}  01 03`),
    reason: 'headers and padding longer than the packet',
  },
];

for (const { name, bytes, reason } of malformed) {
  test(`${name} is refused`, () => {
    assert.deepEqual(parseRtpPacket(bytes), { ok: false, reason });
  });
}
