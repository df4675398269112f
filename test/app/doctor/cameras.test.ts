// Cameras: those there are, and those that the configuration asks for.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { checkCameras } from '../../../lib/app/doctor/cameras.js';
import { checkSources } from '../../../lib/app/doctor/sources.js';
import { cameraWithId, factsWith } from './facts.js';

const enabled = '[mjpeg-rtp.camera1]\nenabled = true\n';
const seen = (...ids: readonly string[]) => Promise.resolve({ answer: ids.map(cameraWithId), log: [] });

test('no camera is as bad as the configuration makes it', async () => {
  const status = async (toml: string) => (await checkCameras(factsWith(toml, seen()))).status;
  assert.equal(await status(enabled), 'failure');
  assert.equal(await status(''), 'warning', 'nothing is said of what is to be streamed');
  assert.equal(await status(`[camera1]\ndevice = "test"\n${enabled}`), 'note');
});

test('cameras are listed, and a listing that fails is told of with what libcamera said', async () => {
  const good = await checkCameras(factsWith('', seen('/base/soc/i2c0mux/imx708@1a')));
  assert.deepEqual(
    [good.status, good.title, good.details],
    ['ok', 'libcamera sees 1', ['0  /base/soc/i2c0mux/imx708@1a  (imx708, back)']],
  );
  const failed = Promise.resolve({ error: 'no answer within 5 s', log: ['ERROR V4L2'] });
  const bad = await checkCameras(factsWith(enabled, failed));
  assert.equal(bad.status, 'failure');
  assert.match(bad.title, /no answer within 5 s/);
  assert.deepEqual(bad.details, ['libcamera: ERROR V4L2']);
});

test('sources: a camera by index and by id, one that is not there, and none asked for', async () => {
  const check = (device: string) =>
    checkSources(factsWith(`[camera1]\ndevice = "${device}"\n${enabled}`, seen('a')));
  for (const device of ['', 'auto', '0', 'a', 'test'])
    assert.equal((await check(device))?.status, 'ok', device);
  for (const device of ['1', 'b']) {
    const finding = await check(device);
    assert.equal(finding?.status, 'failure');
    assert.match(finding.details.join('\n'), /camera1: no camera .*; there are 0: a/);
  }
  assert.equal(await checkSources(factsWith('', seen('a'))), undefined);
  const unlisted = await checkSources(factsWith(enabled));
  assert.deepEqual([unlisted?.status, unlisted?.details], ['failure', ['camera1: cameras cannot be listed']]);
});

test('sources: files', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcs-doctor-'));
  const file = path.join(folder, 'clip.y4m');
  const check = () => checkSources(factsWith(`[camera1]\ndevice = "file:${file}"\n${enabled}`));
  assert.equal((await check())?.status, 'failure');
  writeFileSync(file, '');
  assert.equal((await check())?.status, 'ok');
  rmSync(folder, { recursive: true });
});
