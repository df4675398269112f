import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  parseRestartMarkerHeader,
  restartMarkerHeaderBytes,
  wholeFrameRestartCount,
  writeRestartMarkerHeader,
  type RestartMarkerHeader,
} from '../../lib/rtp/index.js';
import { framed, framedOffset, hex } from './hex.js';

// RFC 2435 section 3.1.7.
const headers: { name: string; bytes: Uint8Array; header: RestartMarkerHeader }[] = [
  {
    name: 'a packet that is not aligned to restart intervals',
    bytes: hex('00 28 ff ff  # interval 40, F=1, L=1, count 0x3fff'),
    header: { restartInterval: 40, first: true, last: true, restartCount: wholeFrameRestartCount },
  },
  {
    name: 'the beginning of a chunk',
    bytes: hex('00 01 80 05  # interval 1, F=1, L=0, count 5'),
    header: { restartInterval: 1, first: true, last: false, restartCount: 5 },
  },
  {
    name: 'the end of a chunk',
    bytes: hex('ff ff 40 00  # interval 65535, F=0, L=1, count 0'),
    header: { restartInterval: 0xffff, first: false, last: true, restartCount: 0 },
  },
  {
    name: 'the middle of a chunk',
    bytes: hex('01 00 3f fe  # interval 256, F=0, L=0, count 0x3ffe'),
    header: { restartInterval: 256, first: false, last: false, restartCount: 0x3ffe },
  },
];

for (const { name, bytes, header } of headers) {
  test(`${name}: written`, () => {
    const written = framed(new Uint8Array(restartMarkerHeaderBytes));
    const { restartInterval, first, last, restartCount } = header;
    writeRestartMarkerHeader(written, framedOffset, restartInterval, first, last, restartCount);
    assert.deepEqual(written, framed(bytes));
  });

  test(`${name}: parsed`, () => {
    assert.deepEqual(parseRestartMarkerHeader(framed(bytes), framedOffset), { ok: true, value: header });
  });
}

test('an interval of 0 is refused', () => {
  const result = parseRestartMarkerHeader(hex('00 00 ff ff'), 0);
  assert.deepEqual(result, { ok: false, reason: 'restart interval 0' });
});

test('three bytes are refused', () => {
  const result = parseRestartMarkerHeader(hex('00 28 ff ff'), 1);
  assert.deepEqual(result, { ok: false, reason: 'shorter than a restart marker header' });
});
