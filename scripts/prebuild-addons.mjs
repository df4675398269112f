#!/usr/bin/env node
// prebuildify's --node-gyp: builds the addons for PREBUILD_ARCH into build/Release of the working directory, with static
// libraries, and against every libcamera that Debian has. scripts/prebuilds.mjs has made these ready.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { isVersion } from './prebuild-manifest.mjs';
import { cache, root } from './run.mjs';

const arch = process.env.PREBUILD_ARCH;
const libcamera = path.join(cache, `libcamera-${arch}`);
const roots = readdirSync(libcamera).filter(isVersion).sort();
const settings = [
  `--output=${path.resolve('build', 'Release')}`,
  `--tree=${path.resolve('cmake')}`,
  `--arch=${arch}`,
  `--PCS_STATIC_LIBRARIES=${path.join(cache, 'static-libraries', `linux-${arch}`)}`,
  `--PCS_LIBCAMERA_ROOTS=${roots.map((key) => `${key}=${path.join(libcamera, key, 'usr')}`).join(';')}`,
  '--CMAKE_COMPILE_WARNING_AS_ERROR=ON',
  '--CMAKE_MODULE_LINKER_FLAGS=-s', // strips, also what another architecture's strip would be needed for
];
if (arch !== process.arch)
  settings.push(`--CMAKE_TOOLCHAIN_FILE=${path.join(root, 'cmake', `linux-${arch}.cmake`)}`);
const build = [path.join(root, 'scripts', 'build-native.mjs'), ...settings];
process.exitCode = spawnSync(process.execPath, build, { stdio: 'inherit' }).status ?? 1;
