// The whole program with addons under AddressSanitizer and UndefinedBehaviorSanitizer.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { makeClip } from '../helpers/content.js';
import { barsFolder, runInDebian13 } from '../helpers/debian13.js';
import { freeRtpPort } from '../helpers/ports.js';
import { finish, requireReceiveBuffers, startGstreamer } from '../helpers/receivers.js';
import { sanitizedCommand } from './sanitized-command.js';

test(
  'streaming is clean: test pattern, files, flips, crop, scaling, odd sizes',
  { timeout: 120_000 },
  async () => {
    requireReceiveBuffers();
    const folder = mkdtempSync(path.join(tmpdir(), 'pcs-sanitized-'));
    const clip = await makeClip({ kind: 'photo', width: 642, height: 482, sampling: '4:2:2' });
    const cameras = [
      'device = "test"',
      'device = "test"\nwidth = 643\nheight = 481\nflip_method = "rotate-90"\n[CAMERA.crop]\nx = 11\ny = 7\nwidth = 301\nheight = 333',
      `device = "file:${clip}"\nflip_method = "horizontal-flip"`,
      `device = "file:${clip}"\nscaling_enabled = true\ntarget-width = 321\ntarget-height = 243\nflip_method = "rotate-270"`,
      `device = "file:${clip}"\npaced = false\nloop = false\nflip_method = "rotate-180"`,
    ];
    const receiver = await startGstreamer(await freeRtpPort(), folder, '4:2:0');
    const sections = cameras.map((settings, i) => {
      const name = `camera${String(i + 1)}`;
      const port = i === 0 ? receiver.port : 9; // nobody listens to the others
      const rtp = `[mjpeg-rtp.${name}]\ndest_host = "127.0.0.1"\ndest_port = ${String(port)}\n`;
      return `[${name}]\n${settings.replace('CAMERA', name)}\n${rtp}`;
    });
    const config = path.join(folder, 'config.toml');
    writeFileSync(config, sections.join(''));
    const options = ['-config', config, '-mode', 'mjpeg-rtp', '--no-web', '--frames', '60'];
    await runInDebian13(barsFolder, [...(await sanitizedCommand('address,undefined')), ...options]);
    await finish(receiver, 60 * receiver.layout(640, 480, '4:2:0').frameBytes);
    assert.equal(readFileSync(receiver.output).length, 60 * 460_800);
    rmSync(folder, { recursive: true });
  },
);
