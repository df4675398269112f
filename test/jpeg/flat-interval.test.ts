import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flatIntervalBytes, writeFlatInterval } from '../../lib/jpeg/flat-interval.js';
import { framed, framedOffset, hex } from '../rtp/hex.js';
import { decodeInterval, encodeInterval, flatMcu, someMcus } from './entropy-coding.js';

for (const sampling of ['4:2:0', '4:2:2'] as const) {
  test(`a flat interval of ${sampling} decodes to so many grey MCUs`, () => {
    for (let mcus = 1; mcus < 20; mcus++) {
      const bytes = new Uint8Array(flatIntervalBytes(sampling, mcus));
      assert.equal(writeFlatInterval(bytes, 0, sampling, mcus), bytes.length);
      const expected = Array.from({ length: mcus }, () => flatMcu(sampling));
      assert.deepEqual(decodeInterval(bytes, sampling, mcus), expected);
    }
  });

  test(`what encodes MCUs of ${sampling} for other tests decodes to the same`, () => {
    const mcus = someMcus(200, sampling, 1);
    const bytes = encodeInterval(mcus, sampling);
    assert.ok(bytes.includes(0xff));
    assert.deepEqual(decodeInterval(bytes, sampling, mcus.length), mcus);
  });
}

// As FFmpeg encodes grey: test/jpeg/ffmpeg-16x16.hex.
const vectors = [
  { sampling: '4:2:0', mcus: 1, bytes: hex('28 a2 8a 00') },
  { sampling: '4:2:0', mcus: 2, bytes: hex('28 a2 8a 00 28 a2 8a 00') },
  { sampling: '4:2:2', mcus: 1, bytes: hex('28 a0 0f') },
  { sampling: '4:2:2', mcus: 2, bytes: hex('28 a0 02 8a 00') },
  { sampling: '4:2:2', mcus: 3, bytes: hex('28 a0 02 8a 00 28 a0 0f') },
] as const;

for (const { sampling, mcus, bytes } of vectors) {
  test(`${String(mcus)} flat MCUs of ${sampling} keep to their bytes`, () => {
    const written = framed(new Uint8Array(bytes.length));
    writeFlatInterval(written, framedOffset, sampling, mcus);
    assert.deepEqual(written, framed(bytes));
  });
}
