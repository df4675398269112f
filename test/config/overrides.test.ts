import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applyOverrides, parseConfig, type Overrides } from '../../lib/config/index.js';
import { assertFails } from './helpers.js';

const twoEnabled = '[mjpeg-rtp.camera1]\nenabled = true\n[camera2]\n[mjpeg-rtp.camera3]\nenabled = true';

function overridden(text: string, overrides: Overrides) {
  return applyOverrides(parseConfig(text, 'config.toml').config, overrides);
}

test('without a file a destination enables the first camera', () => {
  const { cameras } = overridden('', { source: 'test', dest: { host: '10.0.0.1', port: 6000 } });
  assert.deepEqual(
    cameras.map(({ name, source, rtp }) => [
      name,
      source.kind,
      rtp.enabled,
      rtp.destinations[0]?.host,
      rtp.destinations[0]?.port,
    ]),
    [
      ['camera1', 'test', true, '10.0.0.1', 6000],
      ['camera2', 'camera-index', false, '127.0.0.1', 5002],
    ],
  );
});

test('without a file a source enables the first camera, and other settings do not', () => {
  const { cameras } = overridden('', { source: 'file:a.y4m', quality: 50 });
  assert.deepEqual(cameras[0]?.source, { kind: 'file', path: 'a.y4m' });
  assert.deepEqual([cameras[0].rtp.enabled, cameras[0].rtp.quality, cameras[1]?.rtp.quality], [true, 50, 85]);
  assert.equal(overridden('', { quality: 50 }).cameras[0]?.rtp.enabled, false);
});

test('every enabled camera is set, and the ports count up by two', () => {
  const overrides = { width: 320, height: 240, fps: 12.5, quality: 60, dest: { host: '::1', port: 7000 } };
  const { cameras } = overridden(twoEnabled, overrides);
  assert.deepEqual(
    cameras.map(({ name, width, height, fps, rtp }) => [
      name,
      width,
      height,
      fps,
      rtp.quality,
      rtp.destinations[0]?.port,
    ]),
    [
      ['camera1', 320, 240, 12.5, 60, 7000],
      ['camera2', 640, 480, 30, 85, 5002],
      ['camera3', 320, 240, 12.5, 60, 7002],
    ],
  );
});

test('without overrides nothing changes', () => {
  const { config } = parseConfig(twoEnabled, 'config.toml');
  assert.deepEqual(applyOverrides(config, { source: undefined, width: undefined }), config);
});

describe('an option that cannot be', () => {
  const cases: { overrides: Overrides; says: string }[] = [
    { overrides: { quality: 0 }, says: '--quality is 0, but must be a whole number from 1 to 100' },
    { overrides: { quality: 101 }, says: '--quality is 101, but must be a whole number from 1 to 100' },
    { overrides: { width: NaN }, says: '--width is NaN, but must be a whole number from 16 to 16383' },
    { overrides: { height: 8 }, says: '--height is 8, but must be a whole number from 16 to 16383' },
    { overrides: { fps: 0 }, says: '--fps is 0, but must be a number from 1 to 240' },
    {
      overrides: { dest: { host: '', port: 5000 } },
      says: '--dest host is "", but must be a host name or an IP address',
    },
    {
      overrides: { dest: { host: 'a', port: 0 } },
      says: '--dest port is 0, but must be a whole number from 1 to 65535',
    },
    {
      overrides: { dest: { host: 'a', port: 70000 } },
      says: '--dest port is 70000, but must be a whole number from 1 to 65535',
    },
    {
      overrides: { dest: { host: 'a', port: 65534 } },
      says: '--dest: port 65534 leaves none for camera3, which gets 65536; choose a lower one',
    },
    {
      overrides: { source: 'file:' },
      says: '--source is "file:", but must be a camera id, an index from 0, "auto", "test", "file:PATH", or "" for the camera of the same number',
    },
    {
      overrides: { width: 4000, quality: 50 },
      says: '--width, --quality: camera1 would send 4000x480, but RFC 2435 carries at most 2040 pixels in width and in height; lower width and height, crop, or scale with scaling_enabled, target-width and target-height (and 1 more)',
    },
  ];
  for (const { overrides, says } of cases) {
    test(JSON.stringify(overrides), () => {
      assertFails(() => overridden(twoEnabled, overrides), 'ERR_USAGE', says);
    });
  }
});
