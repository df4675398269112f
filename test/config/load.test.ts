import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { loadConfig, saveEdits } from '../../lib/config/index.js';
import { assertFails } from './helpers.js';

const startedIn = process.cwd();
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
  process.chdir(folder);
});

afterEach(() => {
  process.chdir(startedIn);
  rmSync(folder, { recursive: true });
});

test('without a path and without config.toml there are the defaults', () => {
  const { config, file, notices } = loadConfig(undefined);
  assert.deepEqual([config.cameras.length, file, notices], [2, undefined, []]);
});

test('without a path config.toml is read', () => {
  writeFileSync('config.toml', '[camera3]');
  const { config, file } = loadConfig(undefined);
  assert.deepEqual([config.cameras[0]?.name, file], ['camera3', 'config.toml']);
});

test('a path that is missing is an error', () => {
  const says =
    'other.toml: cannot be read (ENOENT); check the path after -config, or leave -config out to run with config.toml or the defaults';
  assertFails(() => loadConfig('other.toml'), 'ERR_CONFIG_NOT_FOUND', says);
});

test('a folder is an error, named or not', () => {
  mkdirSync('config.toml');
  assertFails(() => loadConfig(folder), 'ERR_CONFIG_NOT_FOUND', /cannot be read \(EISDIR\)/);
  assertFails(() => loadConfig(undefined), 'ERR_CONFIG_NOT_FOUND', /name another file with -config$/);
});

test('what is no file is refused at once, and so is a file without end', () => {
  execFileSync('mkfifo', ['pipe']);
  assertFails(
    () => loadConfig('pipe'),
    'ERR_CONFIG_NOT_FOUND',
    /^pipe: cannot be read \(it is a pipe, not a file\)/,
  );
  assertFails(() => loadConfig('/dev/zero'), 'ERR_CONFIG_NOT_FOUND', /\(it is a device, not a file\)/);
  writeFileSync('large.toml', '');
  truncateSync('large.toml', 2 ** 32);
  assertFails(() => loadConfig('large.toml'), 'ERR_CONFIG_NOT_FOUND', /\(it has more than 1048576 bytes\)/);
  symlinkSync('pipe', 'config.toml');
  assertFails(() => loadConfig(undefined), 'ERR_CONFIG_NOT_FOUND', /it is a pipe/);
});

test('a link to a file is read as the file', () => {
  writeFileSync('real.toml', '[camera3]');
  symlinkSync('real.toml', 'link.toml');
  assert.equal(loadConfig('link.toml').config.cameras[0]?.name, 'camera3');
});

test('a file in whose place there is a pipe now is not written to', () => {
  execFileSync('mkfifo', ['config.toml']);
  const edit = { path: ['camera1', 'fps'], value: 5 };
  assertFails(
    () => {
      saveEdits('config.toml', [edit]);
    },
    'ERR_FILE_WRITE',
    'config.toml: cannot be written (it is a pipe, not a file)',
  );
});

test('a byte order mark is skipped', () => {
  writeFileSync('config.toml', '\uFEFF[camera3]');
  assert.equal(loadConfig('config.toml').config.cameras[0]?.name, 'camera3');
});

test('bytes that are not UTF-8 are an error', () => {
  writeFileSync('config.toml', Uint8Array.of(0x23, 0xff));
  assertFails(
    () => loadConfig('config.toml'),
    'ERR_CONFIG_SYNTAX',
    'config.toml: not valid UTF-8; save the file as UTF-8',
  );
});
