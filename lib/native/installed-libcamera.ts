import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { namesIn } from '../util/files.js';
import { compareVersions } from './compare-versions.js';

/** The oldest libcamera whose interface the camera addon knows. */
export const oldestLibcamera = '0.3.2';

/** A libcamera that programs can be linked with at run time. */
export interface InstalledLibcamera {
  /** The version in its SONAME, such as 0.7, which its ABI goes by. */
  readonly abi: string;
  /** Such as 0.7.1. */
  readonly version: string;
  readonly file: string;
}

const triplets: Readonly<Record<string, string>> = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
  arm: 'arm-linux-gnueabihf',
  riscv64: 'riscv64-linux-gnu',
};

/** The Debian name of this machine's ABI, which its folders of libraries and headers are called by. */
export const triplet = triplets[process.arch] ?? '';

/** The libcameras in the dynamic linker's usual folders, the newest first. */
export function installedLibcameras(): InstalledLibcamera[] {
  const named = (process.env['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder !== '');
  const usual = ['/usr/local/lib', '/lib', '/usr/lib'].flatMap((folder) => [
    path.join(folder, triplet),
    folder,
  ]);
  const found = new Map<string, InstalledLibcamera>(); // the first of an ABI is the one that the linker takes
  for (const folder of [...named, ...usual, '/usr/lib64']) {
    for (const library of librariesIn(folder)) {
      if (!found.has(library.abi)) found.set(library.abi, library);
    }
  }
  return [...found.values()].sort((a, b) => compareVersions(b.version, a.version));
}

function librariesIn(folder: string): InstalledLibcamera[] {
  return namesIn(folder).flatMap((name) => {
    // Before 0.1 the whole version was in the SONAME.
    const abi = /^libcamera\.so\.(0\.0\.\d+|\d+\.\d+)$/.exec(name)?.[1];
    const file = path.join(folder, name);
    if (abi === undefined || !existsSync(file)) return [];
    // The SONAME is a link to the file, whose name has the whole version.
    const version = /\.so\.([\d.]+)$/.exec(realpathSync(file))?.[1] ?? abi;
    return [{ abi, version, file }];
  });
}
