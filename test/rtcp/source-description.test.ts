import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  parseSourceDescription,
  writeSourceDescription,
  type SourceDescription,
} from '../../lib/rtcp/index.js';
import { hex } from '../rtp/hex.js';
import { testTwoWay, type TwoWay } from './two-way.js';

// RFC 3550 section 6.5.
const descriptions: TwoWay<SourceDescription>[] = [
  {
    name: 'a CNAME with one zero to end its chunk',
    bytes: hex(`
      81 ca 00 03  # V=2, SC=1, PT=202, three more words
      12 34 56 78  # SSRC
      01 05 70 69  # CNAME, 5 bytes: pi
      40 34 32 00  # @42, end
    `),
    packet: { chunks: [{ ssrc: 0x12345678, cname: 'pi@42' }] },
  },
  {
    name: 'a CNAME that ends on a boundary, and four zeros behind it',
    bytes: hex(`
      81 ca 00 04  # V=2, SC=1, PT=202, four more words
      12 34 56 78  # SSRC
      01 06 70 69  # CNAME, 6 bytes: pi
      40 34 32 33  # @423
      00 00 00 00  # end
    `),
    packet: { chunks: [{ ssrc: 0x12345678, cname: 'pi@423' }] },
  },
  {
    name: 'two sources, one without a name',
    bytes: hex(`
      82 ca 00 05  # V=2, SC=2, PT=202, five more words
      00 00 00 01  # SSRC
      00 00 00 00  # end
      00 00 00 02  # SSRC
      01 03 c3 a9  # CNAME, 3 bytes: é
      21 00 00 00  # !, end
    `),
    packet: { chunks: [{ ssrc: 1 }, { ssrc: 2, cname: 'é!' }] },
  },
  {
    name: 'no source at all',
    bytes: hex('80 ca 00 00  # V=2, SC=0, PT=202'),
    packet: { chunks: [] },
  },
];

testTwoWay(descriptions, writeSourceDescription, parseSourceDescription);

test('items other than CNAME are passed over', () => {
  const bytes = hex(`
    81 ca 00 06  # V=2, SC=1, PT=202, six more words
    12 34 56 78  # SSRC
    06 04 6c 69 76 65  # TOOL, 4 bytes
    08 03 01 78 79  # PRIV, 3 bytes
    01 02 70 69  # CNAME, 2 bytes: pi
    00 00 00 00 00  # end
  `);
  assert.deepEqual(parseSourceDescription(bytes, 0), {
    ok: true,
    value: { chunks: [{ ssrc: 0x12345678, cname: 'pi' }] },
  });
});

test('a CNAME of 255 bytes comes back', () => {
  const packet = { chunks: [{ ssrc: 1, cname: 'x'.repeat(255) }] };
  const bytes = new Uint8Array(268);
  assert.equal(writeSourceDescription(bytes, 0, packet), 268);
  assert.deepEqual(parseSourceDescription(bytes, 0), { ok: true, value: packet });
});

test('a CNAME that is not UTF-8 is made readable', () => {
  const bytes = hex('81 ca 00 02  12 34 56 78  01 01 ff 00');
  const value = { chunks: [{ ssrc: 0x12345678, cname: '\ufffd' }] };
  assert.deepEqual(parseSourceDescription(bytes, 0), { ok: true, value });
});

const malformed = [
  { name: 'a chunk that is not there', bytes: hex('81 ca 00 00'), reason: 'SDES chunk cut short' },
  {
    name: 'a second chunk that is not there',
    bytes: hex('82 ca 00 02  12 34 56 78  00 00 00 00'),
    reason: 'SDES chunk cut short',
  },
  {
    name: 'an item longer than the packet',
    bytes: hex('81 ca 00 02  12 34 56 78  01 03 70 69'),
    reason: 'SDES item cut short',
  },
  {
    name: 'an item without a length',
    bytes: hex('81 ca 00 02  12 34 56 78  01 01 70 01'),
    reason: 'SDES item cut short',
  },
  {
    name: 'items that nothing ends',
    bytes: hex('81 ca 00 02  12 34 56 78  01 02 70 69'),
    reason: 'SDES chunk without an end',
  },
  {
    name: 'a chunk of an SSRC alone',
    bytes: hex('81 ca 00 01  12 34 56 78'),
    reason: 'SDES chunk without an end',
  },
  { name: 'a BYE', bytes: hex('80 cb 00 00'), reason: 'not an RTCP packet of type 202' },
];

for (const { name, bytes, reason } of malformed) {
  test(`${name} is refused`, () => {
    assert.deepEqual(parseSourceDescription(bytes, 0), { ok: false, reason });
  });
}
