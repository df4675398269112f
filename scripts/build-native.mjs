#!/usr/bin/env node
// Builds the addons by cmake-js and puts them where the loader looks first:
//   build/Release/core.node, build/Release/camera/*.node
// The build tree stays below build/, so that a second run compiles only what changed.
// Called by `npm run build:native`, by binding.gyp's action, and as prebuildify's --node-gyp.
//   --sanitize=address    with this sanitizer, in a build tree of its own
//   --output=FOLDER       instead of build/Release
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const cmakeJs = createRequire(import.meta.url).resolve('cmake-js/bin/cmake-js');

/** The value of --name=value. prebuildify adds options of node-gyp, which are not looked at. */
function option(name, fallback) {
  const prefix = `--${name}=`;
  return process.argv.find((argument) => argument.startsWith(prefix))?.slice(prefix.length) ?? fallback;
}

const sanitizers = option('sanitize', '');
const output = option('output', path.join(root, 'build', 'Release'));
const buildTree = path.join(root, 'build', sanitizers ? `cmake-${sanitizers}` : 'cmake');

// A build tree that was configured elsewhere (a moved or mounted checkout) can't be used again.
const cache = path.join(buildTree, 'CMakeCache.txt');
if (existsSync(cache) && !readFileSync(cache, 'utf8').includes(`CMAKE_HOME_DIRECTORY:INTERNAL=${root}\n`)) {
  rmSync(buildTree, { recursive: true });
}

function run(command) {
  const folders = ['-d', root, '-O', buildTree, '-B', 'Release'];
  const args = [cmakeJs, command, ...folders, '-p', '2', '-l', 'warn', `--CDPCS_SANITIZE=${sanitizers}`];
  const { status, error } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root });
  if (error) console.error(`build-native: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

// cmake-js does not configure again when a cache exists, so that new files would be missed.
run('configure');
run('build');
rmSync(path.join(output, 'camera'), { recursive: true, force: true });
for (const part of ['core.node', 'camera']) {
  const built = path.join(buildTree, 'Release', part);
  if (existsSync(built)) cpSync(built, path.join(output, part), { recursive: true });
}
