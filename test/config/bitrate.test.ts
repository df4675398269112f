import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertFails, cameraOf } from './helpers.js';

describe('a bound for the bitrate', () => {
  const rate = (keys: string) => {
    const { maxBitrateKbps, minQuality } = cameraOf(`[mjpeg-rtp.camera1]\n${keys}`).rtp;
    return maxBitrateKbps === undefined ? undefined : { maxBitrateKbps, minQuality };
  };

  test('is there when it is set, with a lowest quality', () => {
    assert.equal(rate('max_bitrate_kbps = 0'), undefined);
    assert.deepEqual(rate('max_bitrate_kbps = 8000'), { maxBitrateKbps: 8000, minQuality: 20 });
    assert.deepEqual(rate('max_bitrate_kbps = 1\nmin_quality = 85'), { maxBitrateKbps: 1, minQuality: 85 });
  });

  test('needs a lowest quality that is not above the highest', () => {
    const keys = 'max_bitrate_kbps = 8000\nmin_quality = 50\nquality = 40';
    const message = /min_quality is 50, but quality.* is 40; lower min_quality, or raise quality/;
    assertFails(() => rate(keys), 'ERR_CONFIG_CONFLICT', message);
    assert.equal(rate('min_quality = 50\nquality = 40'), undefined);
  });

  test('may have a lowest bitrate, of at most the bound', () => {
    const lowest = (keys: string) => cameraOf(`[mjpeg-rtp.camera1]\n${keys}`).rtp.minBitrateKbps;
    assert.equal(lowest('max_bitrate_kbps = 8000\nmin_bitrate_kbps = 0'), undefined);
    assert.equal(lowest('max_bitrate_kbps = 8000\nmin_bitrate_kbps = 8000'), 8000);
    const message =
      /min_bitrate_kbps is 8001, but max_bitrate_kbps is 8000; lower min_bitrate_kbps, or raise/;
    const keys = 'max_bitrate_kbps = 8000\nmin_bitrate_kbps = 8001';
    assertFails(() => lowest(keys), 'ERR_CONFIG_CONFLICT', message);
    assert.equal(lowest('min_bitrate_kbps = 8001'), 8001);
  });
});
