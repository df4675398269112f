import { homedir } from 'node:os';
import path from 'node:path';
import { namesIn } from '../util/files.js';
import { nativeAbiVersion } from './abi-version.js';
import { compareVersions } from './compare-versions.js';
import { packageFolder, packageVersion } from './package-folder.js';

/** As the folders of prebuilt addons are called, such as linux-arm64. */
export const platform = `${process.platform}-${process.arch}`;

/** Where the addons are that came with the package. */
export const prebuiltFolder = path.join(packageFolder, 'prebuilds', platform);

const isRoot = process.getuid?.() === 0;
const forAllUsers = '/var/lib/pi-camera-streamer/addons';

/**
 * Folders that may hold addons, in the order in which they are tried: each has `core.node` and `camera/`. What was
 * built on this machine wins over what came with the package, but not over a newer package: else its corrections would
 * never be used.
 */
export function addonFolders(): string[] {
  const version = packageVersion();
  const roots = isRoot ? [forAllUsers] : [ownRoot(), forAllUsers];
  return [
    path.join(packageFolder, 'build', 'Release'),
    ...roots.map((root) => builtFolder(root, version)),
    prebuiltFolder,
    ...roots.flatMap((root) => otherVersions(root, version)),
  ];
}

/**
 * Where `build-addon` puts what it builds: outside of the package, so that it survives an update. For root that is
 * for all users, else for this one.
 */
export function folderForBuilt(): string {
  return builtFolder(isRoot ? forAllUsers : ownRoot(), packageVersion());
}

/** Built for other versions of this package, which say the same to TypeScript: the newest first. */
function otherVersions(root: string, version: string): string[] {
  const others = namesIn(abiFolder(root)).filter((name) => name !== version);
  return others.sort((a, b) => compareVersions(b, a)).map((each) => builtFolder(root, each));
}

function abiFolder(root: string): string {
  return path.join(root, `abi-${String(nativeAbiVersion)}`);
}

function builtFolder(root: string, version: string): string {
  return path.join(abiFolder(root), version, platform);
}

// XDG Base Directory Specification: a path that is not absolute is to be ignored.
function ownRoot(): string {
  const named = process.env['XDG_DATA_HOME'] ?? '';
  const data = path.isAbsolute(named) ? named : path.join(homeFolder(), '.local', 'share');
  return path.join(data, 'pi-camera-streamer', 'addons');
}

// A user without an entry in /etc/passwd, as in containers, has none. HOME may be empty or relative, and code that
// happens to lie in the working directory is not to be loaded.
function homeFolder(): string {
  try {
    const home = homedir();
    if (path.isAbsolute(home)) return home;
  } catch {
    // none
  }
  return '/nonexistent';
}
