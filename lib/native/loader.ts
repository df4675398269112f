import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { StreamerError } from '../errors/index.js';
import { isWholeElf } from './elf.js';

const require = createRequire(import.meta.url);
const packageRoot = findPackageRoot(path.dirname(fileURLToPath(import.meta.url)));
const platform = `${process.platform}-${process.arch}`;

// A build made on this machine wins over the one that came with the package.
const addonFolders = [
  path.join(packageRoot, 'build', 'Release'),
  path.join(packageRoot, 'prebuilds', platform),
];

/** An addon, and where it came from. */
export interface LoadedAddon<T> {
  readonly addon: T;
  readonly file: string;
}

// From lib/ and from dist/ alike.
function findPackageRoot(folder: string): string {
  return existsSync(path.join(folder, 'package.json')) ? folder : findPackageRoot(path.dirname(folder));
}

// `bindings` stops at the first file that exists, also when that does not load, so it is asked for one folder at
// a time; its own guesses of folders are not used.
const bindings = require('bindings') as (options: {
  bindings: string;
  module_root: string;
  try: string[][];
}) => unknown;

function tryLoad<T>(folder: string, name: string, attempts: string[]): LoadedAddon<T> | undefined {
  const file = path.join(folder, `${name}.node`);
  if (!existsSync(file)) {
    attempts.push(`${file}: not there`);
    return undefined;
  }
  try {
    if (process.platform === 'linux' && !isWholeElf(file)) {
      attempts.push(`${file}: not a whole ELF file`);
      return undefined;
    }
    const addon = bindings({
      bindings: `${name}.node`,
      module_root: folder,
      try: [['module_root', 'bindings']],
    });
    return { addon: addon as T, file };
  } catch (error) {
    attempts.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/**
 * Loads an addon: the local build first, then the prebuilt one.
 *
 * @throws StreamerError ERR_NATIVE_MISSING that says what was tried and what to do
 */
export function loadAddon<T>(name: string): LoadedAddon<T> {
  const attempts: string[] = [];
  for (const folder of addonFolders) {
    const loaded = tryLoad<T>(folder, name, attempts);
    if (loaded) return loaded;
  }
  throw new StreamerError(
    'ERR_NATIVE_MISSING',
    `no build of the native addon loads on ${platform} with Node ${process.version} (${attempts.join('; ')}). ` +
      remedy(),
  );
}

function remedy(): string {
  if (process.platform !== 'linux') {
    return 'Cameras are captured on Linux only; the subpaths pi-camera-streamer/rtp and /jpeg work here.';
  }
  return (
    'Build it here: apt-get install cmake g++ libjpeg-dev libyuv-dev pkg-config libcamera-dev, then ' +
    `npm run build:native in ${packageRoot}`
  );
}

/**
 * Loads the camera addon: one file for each libcamera ABI, of which the newest that loads is taken.
 *
 * @throws StreamerError ERR_CAMERA_UNAVAILABLE that says what was tried and what to do
 */
export function loadCameraAddon<T>(): LoadedAddon<T> {
  const attempts: string[] = [];
  for (const folder of addonFolders) {
    for (const name of cameraAddonNames(folder)) {
      const loaded = tryLoad<T>(folder, `camera/${name}`, attempts);
      if (loaded) return loaded;
    }
  }
  const tried = attempts.length > 0 ? attempts.join('; ') : `nothing in ${addonFolders.join(', ')}`;
  throw new StreamerError(
    'ERR_CAMERA_UNAVAILABLE',
    `no camera addon loads on ${platform} (${tried}). Install libcamera 0.3.2 or newer, and where no build fits it: ` +
      `apt-get install cmake g++ libjpeg-dev libyuv-dev pkg-config libcamera-dev, then npm run build:native in ${packageRoot}`,
  );
}

// `system` is built against this machine's own libcamera; the others are named by SONAME, such as 0.7.
function cameraAddonNames(folder: string): string[] {
  const cameras = path.join(folder, 'camera');
  if (!existsSync(cameras)) return [];
  const names = readdirSync(cameras)
    .filter((file) => file.endsWith('.node'))
    .map((file) => path.basename(file, '.node'));
  const newestFirst = new Intl.Collator('en', { numeric: true }).compare;
  return names.sort((a, b) => Number(b === 'system') - Number(a === 'system') || newestFirst(b, a));
}
