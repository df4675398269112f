import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerExtensionBytes, writeHeaderExtension } from '../../../lib/outputs/webrtc/header-extensions.js';
import { framed, framedOffset, hex } from '../../rtp/hex.js';

const memory = (): Uint8Array => framed(new Uint8Array(headerExtensionBytes).fill(0xaa));

test('all that a viewer knows stands in one extension', () => {
  const bytes = memory();
  const ids = { transportSequence: 4, playoutDelay: 5, absSendTime: 14 };
  writeHeaderExtension(bytes, framedOffset, ids, 0x1234, 63_500_000);
  const expected = hex(`
    be de 00 03  # one-byte form, three more words
    41 12 34     # 4, two bytes: transport-wide sequence number
    52 00 00 00  # 5, three bytes: 0..0
    e2 fe 00 00  # 14, three bytes: 63.5 s, 6.18 bits
    00           # padding
  `);
  assert.deepEqual(bytes, framed(expected));
});

test('what a viewer does not know is padding', () => {
  const bytes = memory();
  writeHeaderExtension(bytes, framedOffset, { transportSequence: 0, playoutDelay: 0, absSendTime: 0 }, 1, 1);
  assert.deepEqual(bytes, framed(hex('be de 00 03  00 00 00 00  00 00 00 00  00 00 00 00')));
});

test('the send time begins anew after 64 seconds', () => {
  const bytes = memory();
  writeHeaderExtension(
    bytes,
    framedOffset,
    { transportSequence: 0, playoutDelay: 0, absSendTime: 1 },
    1,
    64_500_000,
  );
  assert.deepEqual(bytes.subarray(framedOffset + 11, framedOffset + 15), hex('12 02 00 00'));
});
