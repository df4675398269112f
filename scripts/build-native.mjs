#!/usr/bin/env node
// Builds the addons by cmake-js and puts them where the loader looks first:
//   build/Release/core.node, build/Release/camera/*.node
// The build tree stays below build/, so that a second run compiles only what changed.
// Called by `npm run build:native`, by binding.gyp's action, for the prebuilt addons, and by the command build-addon of
// an installed package, which may not be written to.
//   --output=FOLDER       instead of build/Release
//   --tree=FOLDER         for the build tree, instead of build/cmake
//   --arch=arm64          for another architecture
//   --NAME=VALUE          sets a variable of CMakeLists.txt, such as --PCS_CORE=OFF
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const cmakeJs = createRequire(import.meta.url).resolve('cmake-js/bin/cmake-js');

const given = process.argv.slice(2).map((argument) => {
  const [, name, value] = /^--(output|tree|arch|(?:PCS|CMAKE)_\w+)=(.*)$/s.exec(argument) ?? [];
  if (name !== undefined) return [name, value];
  console.error(`build-native: no such option: ${argument}`);
  process.exit(2);
});
const { output, tree, arch } = {
  output: path.join(root, 'build', 'Release'),
  tree: path.join(root, 'build', 'cmake'),
  arch: process.arch,
  ...Object.fromEntries(given),
};
const settings = given.filter(([name]) => name.includes('_')).map(([name, value]) => `--CD${name}=${value}`);

// A build tree that was configured elsewhere (a moved or mounted checkout) can't be used again.
const cache = path.join(tree, 'CMakeCache.txt');
if (existsSync(cache) && !readFileSync(cache, 'utf8').includes(`CMAKE_HOME_DIRECTORY:INTERNAL=${root}\n`)) {
  rmSync(tree, { recursive: true });
}

function run(command) {
  const options = ['-d', root, '-O', tree, '-B', 'Release', '-a', arch, '-p', '2', '-l', 'warn'];
  const args = [cmakeJs, command, ...options, ...settings];
  const { status, error } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root });
  if (error) console.error(`build-native: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

// cmake-js does not configure again when a cache exists, so that new files would be missed.
run('configure');
run('build');
rmSync(path.join(output, 'camera'), { recursive: true, force: true });
for (const part of ['core.node', 'camera']) {
  const built = path.join(tree, 'Release', part);
  if (existsSync(built)) cpSync(built, path.join(output, part), { recursive: true });
}
