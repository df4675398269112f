import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { installedLibcameras, oldestLibcamera } from '../../native/installed-libcamera.js';
import type { Facts } from './facts.js';
import type { CheckResult } from './finding.js';

/** The libcamera in use, or those that could be. */
export async function checkLibcamera({ camera }: Pick<Facts, 'camera'>): Promise<CheckResult> {
  const packages = await debianPackages();
  const addon = camera.loaded?.addon;
  if (addon) {
    const details = [`the camera addon was built against ${addon.builtAgainst}`, ...packages];
    return { status: 'ok', title: `${addon.libcameraVersion}${maker(packages)}`, details };
  }
  const files = installedLibcameras().map(({ file, version }) => `${file}: ${version}`);
  const title =
    files.length > 0
      ? `installed, but no camera addon uses it${maker(packages)}`
      : `none in this machine's library folders; cameras need ${oldestLibcamera} or newer`;
  return { status: 'note', title, details: [...files, ...packages] };
}

/** Raspberry Pi's builds have +rpt in the versions of their packages. */
function maker(packages: readonly string[]): string {
  return packages.some((text) => text.includes('+rpt')) ? ", Raspberry Pi's build" : '';
}

/** Debian's packages of the library, with their versions; none on other systems. */
async function debianPackages(): Promise<string[]> {
  const format = '${db:Status-Abbrev} ${Package} ${Version}\n';
  try {
    const { stdout } = await promisify(execFile)('dpkg-query', ['-W', '-f', format, 'libcamera[0-9]*'], {
      timeout: 3000,
    });
    return stdout.split('\n').flatMap((line) => {
      const [status, name, version] = line.split(/ +/);
      return status === 'ii' && name && version ? [`package ${name} ${version}`] : [];
    });
  } catch {
    return [];
  }
}
