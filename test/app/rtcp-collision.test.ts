import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rtcpCollision, toRtpOutputOptions } from '../../lib/app/rtp-output-options.js';
import { parseConfig } from '../../lib/config/index.js';

/** Two cameras; which one is in the way of the first one's RTCP, and whether it has any. */
function collision(first: string, second: string, rtp = '') {
  const text = `[mjpeg-rtp]\n${rtp}\n[mjpeg-rtp.camera1]\n${first}\n[mjpeg-rtp.camera2]\n${second}`;
  const { config } = parseConfig(text, 'config.toml');
  const [camera] = config.cameras;
  assert.ok(camera);
  return [rtcpCollision(camera, config)?.name, toRtpOutputOptions(camera, config).rtcp !== false];
}

const at5000 = 'dest_host = "10.0.0.1"';
const at5001 = 'dest_host = "10.0.0.1"\ndest_port = 5001';

test('RTCP never goes where another camera is sent', () => {
  assert.deepEqual(collision(at5000, at5001), ['camera2', false]);
});

for (const [name, first, second, rtp] of [
  ['another port', at5000, 'dest_host = "10.0.0.1"\ndest_port = 5002', ''],
  ['another host', at5000, 'dest_host = "10.0.0.2"\ndest_port = 5001', ''],
  ['a camera that is not sent', at5000, `${at5001}\nenabled = false`, ''],
  ['a port of its own', `${at5000}\nrtcp_port = 7001`, at5001, ''],
  ['the port of RTP', at5000, at5001, 'rtcp_mux = true'],
] as const) {
  test(`${name} is in nobody's way`, () => {
    assert.deepEqual(collision(first, second, rtp), [undefined, true]);
  });
}
