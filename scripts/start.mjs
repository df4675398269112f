#!/usr/bin/env node
// `npm start`: from a clean clone to the running demo, with what it takes to receive it. What is there already is not done again.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { buildPackages, ensureLibcameraHeaders, ensurePackages, receiverPackages } from './packages.mjs';
import { problemsOf } from './prebuild-manifest.mjs';
import { ensureModules, must, requireNode, root } from './run.mjs';

const prebuilds = path.join(root, 'prebuilds');

/** Whether the prebuilt addons are those of this checkout, nothing was built here, and they fit the machine's libcamera. */
function prebuiltServe() {
  const folder = path.join(prebuilds, `linux-${process.arch}`);
  if (!existsSync(folder) || existsSync(path.join(root, 'build', 'Release'))) return false;
  if (problemsOf(prebuilds).length > 0) return false;
  const { stdout } = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' });
  const installed = [...(stdout ?? '').matchAll(/libcamera\.so\.(\d+\.\d+) /g)].map(([, version]) => version);
  const cameras = readdirSync(path.join(folder, 'camera'));
  return installed.length === 0 || installed.some((version) => cameras.includes(`${version}.node`));
}

requireNode();
ensurePackages(receiverPackages);
ensureModules();
if (prebuiltServe()) {
  console.log(`\n== native addons: prebuilds/linux-${process.arch}`);
} else {
  ensurePackages(buildPackages);
  ensureLibcameraHeaders();
  must('native build', process.execPath, ['scripts/build-native.mjs']);
}
must('TypeScript build', process.execPath, ['scripts/build-ts.mjs']);
console.log('\n== demo\n');

const args = process.argv.slice(2);
const command = args.length > 0 ? args : ['demo'];
const streamer = spawn(process.execPath, [path.join(root, 'dist', 'cli', 'main.js'), ...command], {
  stdio: 'inherit',
});
// A terminal's Ctrl-C reaches the streamer itself; a signal to this process alone is passed on.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => streamer.kill(signal));
streamer.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
