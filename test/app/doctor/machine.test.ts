// What the checks make of machines that this one is not.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkBuffers } from '../../../lib/app/doctor/buffers.js';
import { runCheck } from '../../../lib/app/doctor/examine.js';
import { checkNode } from '../../../lib/app/doctor/node.js';
import { checkPermissions, type Device, type VideoGroup } from '../../../lib/app/doctor/permissions.js';
import { checkPlatform } from '../../../lib/app/doctor/platform.js';
import { factsWith } from './facts.js';

const pi = {
  platform: 'linux',
  arch: 'arm64',
  board: 'Raspberry Pi 5 Model B Rev 1.0',
  system: 'Debian GNU/Linux 12 (bookworm)',
};

test('a board is named, and another system than Linux cannot stream', () => {
  const { status, title } = checkPlatform(pi);
  assert.deepEqual(
    [status, title],
    ['ok', 'Raspberry Pi 5 Model B Rev 1.0, Debian GNU/Linux 12 (bookworm), arm64'],
  );
  const mac = checkPlatform({ platform: 'darwin', arch: 'arm64', board: undefined, system: 'darwin 24.0.0' });
  assert.equal(mac.status, 'failure');
  assert.match(mac.details.join('\n'), /`receive`.*\/rtp, \/jpeg and \/sdp/);
});

test('Node.js is compared by number, with the minor version', () => {
  const status = (version: string) => checkNode(version, '20.19').status;
  assert.deepEqual(['18.20.8', '20.9.0', '20.19.0', '22.3.0', '100.0.0'].map(status), [
    'failure',
    'failure',
    'ok',
    'ok',
    'ok',
  ]);
  const { title, remedy } = checkNode('18.20.8');
  assert.match(title, /^Node\.js 18\.20\.8 is older than 20\.19,/, 'of package.json');
  assert.match(remedy ?? '', /npm install -g node@\d+.*docs\/installation\.md/);
});

test('buffers that are too small are a note with the command that raises them', async () => {
  const enough = 4 * 2 ** 20;
  assert.equal((await checkBuffers({ send: enough, receive: enough })).status, 'ok');
  const { status, details, remedy } = await checkBuffers({ send: 212_992, receive: 212_992 });
  assert.equal(status, 'note');
  assert.match(
    details.join('\n'),
    /^sending asks for 1048576 bytes and gets 212992 .*\n.*receive asks for 4194304/,
  );
  assert.equal(remedy, 'sudo sysctl -w net.core.wmem_max=1048576 net.core.rmem_max=4194304');
  const oneIsShort = await checkBuffers({ send: enough, receive: 212_992 });
  assert.equal(oneIsShort.remedy, 'sudo sysctl -w net.core.rmem_max=4194304');
});

test('buffers: a socket is asked', async () => {
  const limit = (name: string) => Number(readFileSync(`/proc/sys/net/core/${name}`, 'utf8'));
  const isEnough = limit('wmem_max') >= 2 ** 20 && limit('rmem_max') >= 4 * 2 ** 20;
  assert.equal((await checkBuffers()).status, isEnough ? 'ok' : 'note');
});

const device = (file: string, kind: Device['kind'], isAllowed: boolean): Device => ({
  file,
  kind,
  isAllowed,
});
const shut = [device('/dev/media0', 'media', false), device('/dev/video0', 'video', false)];
const stranger: VideoGroup = { user: 'pi', isListed: false, isMember: false };
const needsCamera = { withoutCamera: 'failure' } as const;

test('devices that this user may not open: who has to do what', () => {
  const outsider = checkPermissions(needsCamera, shut, stranger);
  assert.equal(outsider.status, 'failure');
  assert.match(outsider.title, /^pi may not open 2 of 2/);
  assert.deepEqual(outsider.details, ['/dev/media0 /dev/video0']);
  assert.match(outsider.remedy ?? '', /^sudo usermod -aG video pi, then log in again$/);
  const remedy = (group: Partial<VideoGroup>) =>
    checkPermissions(needsCamera, shut, { ...stranger, ...group }).remedy ?? '';
  assert.match(remedy({ isListed: true }), /^log in again/);
  assert.match(remedy({ isListed: true, isMember: true }), /udev/);
  assert.match(remedy({ user: undefined }), /video USER/);
});

test('devices: one of many, all, none at all, and when no camera is asked for', () => {
  const open = device('/dev/media1', 'media', true);
  const some = checkPermissions(needsCamera, [open, device('/dev/media2', 'media', false)], stranger);
  assert.equal(some.status, 'warning');
  assert.equal(checkPermissions(needsCamera, [open], stranger).status, 'ok');
  assert.equal(checkPermissions(needsCamera, [], stranger).status, 'note');
  assert.equal(checkPermissions({ withoutCamera: 'note' }, shut, stranger).status, 'note');
});

test('a check that fails by itself is a finding', async () => {
  const result = await runCheck(() => {
    throw new Error('no such thing');
  }, factsWith(''));
  assert.deepEqual(result, {
    status: 'warning',
    title: 'could not be looked at: no such thing',
    details: [],
  });
});
