#!/usr/bin/env node
// Builds the addons by cmake-js and puts them where the loader looks first:
//   build/Release/core.node, build/Release/camera/*.node
// The build tree stays in build/cmake, so that a second run compiles only what changed.
// Called by `npm run build:native`, by binding.gyp's action, and as prebuildify's --node-gyp.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const buildTree = path.join(root, 'build', 'cmake');
const release = path.join(root, 'build', 'Release');
const cmakeJs = createRequire(import.meta.url).resolve('cmake-js/bin/cmake-js');

// A build tree that was configured elsewhere (a moved or mounted checkout) can't be reused.
const cache = path.join(buildTree, 'CMakeCache.txt');
if (existsSync(cache) && !readFileSync(cache, 'utf8').includes(`CMAKE_HOME_DIRECTORY:INTERNAL=${root}\n`)) {
  rmSync(buildTree, { recursive: true });
}

function run(command) {
  const args = [cmakeJs, command, '-d', root, '-O', buildTree, '-B', 'Release', '-p', '2', '-l', 'warn'];
  const { status, error } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root });
  if (error) console.error(`build-native: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

// cmake-js does not configure again when a cache exists, so that new files would be missed.
run('configure');
run('build');
const cameraAddons = path.join(release, 'camera');
rmSync(cameraAddons, { recursive: true, force: true });
cpSync(path.join(buildTree, 'Release', 'core.node'), path.join(release, 'core.node'));
const builtCameras = path.join(buildTree, 'Release', 'camera');
if (existsSync(builtCameras)) cpSync(builtCameras, cameraAddons, { recursive: true });
