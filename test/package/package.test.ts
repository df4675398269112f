// The built package, as its users load it.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, symlinkSync, truncateSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { copyParts } from '../helpers/copy.js';
import { projectRoot } from '../helpers/debian13.js';
import { runToEnd, start } from '../helpers/processes.js';

const flags = ['--no-warnings'];

/** Runs a script that finds the package by its name. */
function evaluate(script: string, type: 'module' | 'commonjs'): Promise<string> {
  return runToEnd(process.execPath, [
    ...flags,
    `--input-type=${type}`,
    '-e',
    `process.chdir('${projectRoot}');${script}`,
  ]);
}

test('import and require() give the same package', async () => {
  const imported = await evaluate(
    `const m = await import('${projectRoot}/dist/index.js'); console.log(Object.keys(m).sort().join())`,
    'module',
  );
  const required = await evaluate(
    `console.log(Object.keys(require('${projectRoot}/dist/index.js')).sort().join())`,
    'commonjs',
  );
  assert.match(imported, /Camera.*Frame.*Pipeline.*RtpOutput.*listCameras.*openCamera/);
  assert.equal(required.replaceAll(/,?(__esModule|module\.exports)/g, ''), imported);
});

test('the subpaths rtp and jpeg load no addon', async () => {
  const loaded = await evaluate(
    `for (const part of ['rtp', 'jpeg']) await import('${projectRoot}/dist/' + part + '/index.js');
     console.log(process.report.getReport().sharedObjects.filter((file) => file.endsWith('.node')).length)`,
    'module',
  );
  assert.equal(loaded.trim(), '0');
});

/** A copy of the package without addons. */
function copyPackage(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcs-package-'));
  copyParts(['dist', 'package.json'], folder);
  symlinkSync(path.join(projectRoot, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

async function demo(folder: string): Promise<{ code: number; stderr: string }> {
  const command = path.join(folder, 'dist', 'cli', 'main.js');
  const process_ = start(process.execPath, [
    command,
    '-mode',
    'mjpeg-rtp',
    '--no-web',
    '--source',
    'test',
    '--frames',
    '1',
  ]);
  return { code: await process_.exited, stderr: process_.stderr() };
}

test('without an addon the error says what to do', async () => {
  const folder = copyPackage();
  const { code, stderr } = await demo(folder);
  assert.equal(code, 1);
  assert.match(stderr, /^ERR_NATIVE_MISSING: .* Run: npx pi-camera-streamer build-addon --all\n$/m);
  rmSync(folder, { recursive: true });
});

test('a broken local build is named, and the prebuilt addon behind it serves', async () => {
  const folder = copyPackage();
  const [local, prebuilt] = [
    path.join('build', 'Release'),
    path.join('prebuilds', `${process.platform}-${process.arch}`),
  ];
  for (const place of [local, prebuilt]) {
    mkdirSync(path.join(folder, place), { recursive: true });
    cpSync(path.join(projectRoot, local, 'core.node'), path.join(folder, place, 'core.node'));
  }
  truncateSync(path.join(folder, local, 'core.node'), 5000);
  assert.equal((await demo(folder)).code, 0);
  truncateSync(path.join(folder, prebuilt, 'core.node'), 5000);
  const { code, stderr } = await demo(folder);
  assert.equal(code, 1);
  assert.match(stderr, /build\/Release\/core\.node: .*prebuilds\/.*core\.node: /);
  rmSync(folder, { recursive: true });
});
