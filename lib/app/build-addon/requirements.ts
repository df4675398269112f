import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { StreamerError } from '../../errors/index.js';
import { compareVersions } from '../../native/compare-versions.js';
import { oldestLibcamera, triplet } from '../../native/installed-libcamera.js';
import { textOf } from '../../util/files.js';

/** A tool or library that the build needs, and the Debian package that has it. */
interface Requirement {
  readonly what: string;
  readonly debianPackage: string;
  readonly isThere: () => boolean;
}

const hasProgram = (...names: readonly string[]): boolean => names.some(isProgram);

const tools: readonly Requirement[] = [
  { what: 'cmake', debianPackage: 'cmake', isThere: () => hasProgram('cmake') },
  { what: 'make or ninja', debianPackage: 'make', isThere: () => hasProgram('make', 'ninja') },
  { what: 'g++ or clang++', debianPackage: 'g++', isThere: () => hasProgram('g++', 'clang++') },
  { what: 'pkg-config', debianPackage: 'pkg-config', isThere: () => hasProgram('pkg-config') },
];

const forCamera: readonly Requirement[] = [
  {
    what: `the headers of libcamera ${oldestLibcamera} or newer`,
    debianPackage: 'libcamera-dev',
    isThere: hasLibcamera,
  },
];

const forCore: readonly Requirement[] = [
  { what: 'the headers of libjpeg', debianPackage: 'libjpeg-dev', isThere: () => hasHeader('jpeglib.h') },
  { what: 'the headers of libyuv', debianPackage: 'libyuv-dev', isThere: () => hasHeader('libyuv.h') },
  {
    what: 'openh264 (headers and libopenh264.a)',
    debianPackage: 'libopenh264-dev',
    isThere: () => hasHeader('wels/codec_api.h') && hasLibrary('libopenh264.a'),
  },
  {
    what: 'libvpx (headers and libvpx.a)',
    debianPackage: 'libvpx-dev',
    isThere: () => hasHeader('vpx/vpx_encoder.h') && hasLibrary('libvpx.a'),
  },
];

/**
 * Checks that everything is there that the build needs. The core is built on machines without libcamera, too.
 *
 * @throws StreamerError ERR_BUILD_TOOLS that lists all that is missing, with the command that installs it
 */
export function checkRequirements(needs: { readonly core: boolean }): void {
  if (process.platform !== 'linux') {
    throw new StreamerError(
      'ERR_BUILD_TOOLS',
      `addons are built on Linux only, and this is ${process.platform}`,
    );
  }
  const missing = [...tools, ...(needs.core ? forCore : forCamera)].filter(({ isThere }) => !isThere());
  if (missing.length === 0) return;
  const list = missing.map(({ what }) => what).join(', ');
  const packages = missing.map(({ debianPackage }) => debianPackage);
  throw new StreamerError('ERR_BUILD_TOOLS', `the build needs ${list}${whatToRun(packages)}`);
}

function whatToRun(packages: readonly string[]): string {
  if (!hasProgram('apt-get')) return ': install them';
  const offered = packages.includes('libcamera-dev') ? offeredLibcamera() : undefined;
  if (offered === undefined || compareVersions(offered, oldestLibcamera) >= 0) {
    return `. Run: sudo apt install ${packages.join(' ')}`;
  }
  if (/^VERSION_CODENAME=bookworm$/m.test(textOf('/etc/os-release'))) {
    return `. Enable bookworm-backports, then run: sudo apt install -t bookworm-backports ${packages.join(' ')}`;
  }
  const others = packages.filter((name) => name !== 'libcamera-dev');
  const command = others.length > 0 ? `, and sudo apt install ${others.join(' ')}` : '';
  return `. This system offers libcamera ${offered} only: upgrade it${command}`;
}

/** The version of libcamera that apt would install; undefined when it knows none. */
function offeredLibcamera(): string | undefined {
  try {
    const environment = { ...process.env, LC_ALL: 'C' };
    const policy = execFileSync('apt-cache', ['policy', 'libcamera-dev'], {
      encoding: 'utf8',
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
    });
    return /Candidate: (?:\d+:)?([\d.]+)/.exec(policy)?.[1];
  } catch {
    return undefined;
  }
}

function hasLibcamera(): boolean {
  // Without pkg-config, which is asked for anyway, its folder has to do.
  if (!hasProgram('pkg-config')) return existsSync('/usr/include/libcamera');
  return spawnSync('pkg-config', ['--exists', `libcamera >= ${oldestLibcamera}`]).status === 0;
}

function hasHeader(name: string): boolean {
  return isBelowPrefixes('include', name);
}

function hasLibrary(name: string): boolean {
  return isBelowPrefixes('lib', name);
}

/** Whether one of the folders has it that cmake looks in. */
function isBelowPrefixes(kind: 'include' | 'lib', name: string): boolean {
  const prefixes = (process.env['CMAKE_PREFIX_PATH'] ?? '').split(':').filter((prefix) => prefix !== '');
  const folders = [...prefixes, '/usr/local', '/usr'].map((prefix) => path.join(prefix, kind));
  return [...folders, path.join('/usr', kind, triplet)].some((folder) => existsSync(path.join(folder, name)));
}

function isProgram(name: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => {
    try {
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
