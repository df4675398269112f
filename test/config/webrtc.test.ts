import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../lib/config/index.js';

const configOf = (text: string) => parseConfig(text, 'config.toml').config;

test('what [webrtc] says of video comes before [video], and that before [encoding]', () => {
  const encoding = '[encoding]\ncodec = "vp8"\nbitrate = 500000\n';
  const video = '[video]\nbitrate = 600000\n';
  const webrtc = '[webrtc]\nbitrate = 700000\nhardware_encoder = false\n';
  const { codec, bitrateBps, hardware } = configOf(encoding + video + webrtc).video ?? {};
  assert.deepEqual([codec, bitrateBps, hardware], ['vp8', 700_000, false]);
  assert.equal(configOf(encoding + video).video?.bitrateBps, 600_000);
  assert.equal(configOf(encoding).video?.bitrateBps, 500_000);
  assert.equal(configOf(encoding).video?.hardware, true);
});

test('ports that video leaves from are a range from a lower to a higher one', () => {
  const range = (ports: string) => configOf(`[webrtc]\nudp_ports = "${ports}"`).webrtc.portRange;
  assert.deepEqual(range('50000-50100'), { first: 50_000, last: 50_100 });
  assert.equal(range(''), undefined);
  for (const ports of ['50100-50000', '50000-70000'])
    assert.throws(() => range(ports), { code: 'ERR_CONFIG_CONFLICT', message: /udp_ports/ });
  assert.throws(() => range('50000'), { code: 'ERR_CONFIG_INVALID' });
});

test('the least bitrate is no more than the most', () => {
  const least = (text: string) => configOf(`[webrtc]\n${text}`).webrtc.minBitrateBps;
  assert.equal(least('min_bitrate = 300000'), 300_000);
  assert.equal(least('bitrate = 100000'), 100_000, 'the default gives way');
  assert.throws(() => least('bitrate = 200000\nmin_bitrate = 300000'), {
    code: 'ERR_CONFIG_CONFLICT',
    message: /min_bitrate/,
  });
});
