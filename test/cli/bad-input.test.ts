// Whatever is wrong is said in one line, with a code, and ends the command with 2, or with 1 while running.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { cli } from '../helpers/cli.js';

const folder = mkdtempSync(path.join(tmpdir(), 'pcs-cli-'));

after(() => {
  rmSync(folder, { recursive: true });
});

const streaming = ['-mode', 'mjpeg-rtp', '--source', 'test', '--frames', '1'];
const to = ['--dest', '127.0.0.1:5000'];

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly code: string;
  readonly says: RegExp;
}

const flags: readonly Case[] = [
  { name: 'an option that does not exist', args: ['--bogus'], code: 'ERR_USAGE', says: /'--bogus'/ },
  {
    name: 'a command that does not exist',
    args: ['frob'],
    code: 'ERR_USAGE',
    says: /unknown command 'frob'/,
  },
  {
    name: 'a mode that does not exist',
    args: ['-mode', 'hls'],
    code: 'ERR_USAGE',
    says: /webrtc, mjpeg-rtp, both/,
  },
  {
    name: 'a destination in the default mode, which sends no RTP',
    args: ['--dest', '127.0.0.1:5000'],
    code: 'ERR_USAGE',
    says: /-mode mjpeg-rtp, or -mode both/,
  },
  {
    name: 'nothing to stream',
    args: ['-mode', 'mjpeg-rtp'],
    code: 'ERR_CONFIG_CONFLICT',
    says: /--dest HOST:PORT/,
  },
  {
    name: 'quality 0',
    args: [...streaming, ...to, '--quality', '0'],
    code: 'ERR_USAGE',
    says: /--quality is 0/,
  },
  {
    name: 'quality 101',
    args: [...streaming, ...to, '--quality', '101'],
    code: 'ERR_USAGE',
    says: /1 to 100/,
  },
  {
    name: 'a width of words',
    args: [...streaming, ...to, '--width', 'wide'],
    code: 'ERR_USAGE',
    says: /number/,
  },
  {
    name: 'no frames',
    args: [...streaming, '--frames', '0'],
    code: 'ERR_USAGE',
    says: /whole number from 1/,
  },
  { name: 'port 0', args: [...streaming, '--dest', '127.0.0.1:0'], code: 'ERR_USAGE', says: /1 to 65535/ },
  {
    name: 'port 70000',
    args: [...streaming, '--dest', '127.0.0.1:70000'],
    code: 'ERR_USAGE',
    says: /1 to 65535/,
  },
  {
    name: 'a destination without port',
    args: [...streaming, '--dest', 'host'],
    code: 'ERR_USAGE',
    says: /HOST:PORT/,
  },
  {
    name: 'a picture too wide',
    args: [...streaming, ...to, '--width', '2056'],
    code: 'ERR_USAGE',
    says: /2040/,
  },
  {
    name: 'a host that has no address',
    args: [...streaming, '--dest', 'no-such-host.invalid:5000'],
    code: 'ERR_HOST_NOT_FOUND',
    says: /no-such-host\.invalid/,
  },
  {
    name: 'a camera that is not there',
    args: ['-mode', 'mjpeg-rtp', '--source', 'no-such-camera', ...to],
    code: 'ERR_CAMERA_NOT_FOUND',
    says: /no camera/,
  },
  {
    name: 'a configuration that is not there',
    args: ['-config', 'nowhere.toml', '-mode', 'mjpeg-rtp'],
    code: 'ERR_CONFIG_NOT_FOUND',
    says: /nowhere\.toml/,
  },
];

const rtp = '[mjpeg-rtp.camera1]\ndest_host = "127.0.0.1"\n';

const files: readonly (Omit<Case, 'args'> & { text: string })[] = [
  { name: 'bad TOML', text: '[camera1\n', code: 'ERR_CONFIG_SYNTAX', says: /config\.toml:1/ },
  { name: 'an unknown key', text: '[camera1]\nwidht = 640', code: 'ERR_CONFIG_UNKNOWN_KEY', says: /width/ },
  {
    name: 'a wrong type',
    text: '[camera1]\nwidth = "640"',
    code: 'ERR_CONFIG_INVALID',
    says: /camera1\.width/,
  },
  { name: 'quality 0', text: `${rtp}quality = 0`, code: 'ERR_CONFIG_INVALID', says: /quality.*1 to 100/ },
  { name: 'quality 101', text: `${rtp}quality = 101`, code: 'ERR_CONFIG_INVALID', says: /quality.*1 to 100/ },
  { name: 'mtu 20', text: '[mjpeg-rtp]\nmtu = 20', code: 'ERR_CONFIG_INVALID', says: /mtu.*256 to 65507/ },
  {
    name: 'mtu 70000',
    text: '[mjpeg-rtp]\nmtu = 70000',
    code: 'ERR_CONFIG_INVALID',
    says: /mtu.*256 to 65507/,
  },
  { name: 'port 0', text: `${rtp}dest_port = 0`, code: 'ERR_CONFIG_INVALID', says: /dest_port/ },
  { name: 'port 70000', text: `${rtp}dest_port = 70000`, code: 'ERR_CONFIG_INVALID', says: /dest_port/ },
  {
    name: 'an unknown flip',
    text: '[camera1]\nflip_method = "upside"',
    code: 'ERR_CONFIG_INVALID',
    says: /vertical-flip/,
  },
  { name: 'a size over 2040', text: `[camera1]\nwidth = 2048\n${rtp}`, code: 'ERR_JPEG_SIZE', says: /2040/ },
  {
    name: 'a host that has no address',
    text: '[camera1]\ndevice = "test"\n[mjpeg-rtp.camera1]\ndest_host = "no-such-host.invalid"',
    code: 'ERR_HOST_NOT_FOUND',
    says: /camera1: .*no-such-host\.invalid/,
  },
];

function assertOneLine(stderr: string, { code, says }: Pick<Case, 'code' | 'says'>): void {
  assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  assert.ok(stderr.startsWith(`${code}: `), stderr);
  assert.match(stderr, says);
}

describe('a command line that cannot be', { concurrency: 2 }, () => {
  for (const bad of flags) {
    test(bad.name, async () => {
      const { code, stderr } = await cli(bad.args, folder);
      assert.equal(code, 2, stderr);
      assertOneLine(stderr, bad);
    });
  }
});

describe('a file that cannot be', { concurrency: 2 }, () => {
  for (const bad of files) {
    test(bad.name, async () => {
      const file = path.join(mkdtempSync(path.join(folder, 'file-')), 'config.toml');
      writeFileSync(file, bad.text);
      const { code, stderr } = await cli(['check-config', file]);
      assert.equal(code, 2, stderr);
      assertOneLine(stderr, bad);
    });
  }
});

test('-log-level debug shows where an error comes from', async () => {
  const { stderr } = await cli(
    ['-config', 'nowhere.toml', '-mode', 'mjpeg-rtp', '-log-level', 'debug'],
    folder,
  );
  assert.match(stderr, /\n\s+at /);
});
