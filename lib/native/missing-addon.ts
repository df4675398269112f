// What to say when an addon does not load: what happened, and the one command to run.
import path from 'node:path';
import { StreamerError, type ErrorCode } from '../errors/index.js';
import { platform, prebuiltFolder } from './addon-folders.js';
import { compareVersions } from './compare-versions.js';
import { installedLibcameras, oldestLibcamera, type InstalledLibcamera } from './installed-libcamera.js';
import type { AddonAttempt } from './loader.js';
import { isCheckout, packageFolder } from './package-folder.js';

/** Why no addon can be used. */
export interface Diagnosis {
  readonly code: ErrorCode;
  readonly what: string;
  /** What to run, on Linux. */
  readonly command: string;
}

const buildCore = isCheckout ? 'npm run build:native' : 'npx pi-camera-streamer build-addon --all';
const buildCamera = isCheckout ? 'npm run build:native' : 'npx pi-camera-streamer build-addon';

/** The error for a core addon that does not load. */
export function coreMissing(attempts: readonly AddonAttempt[]): StreamerError {
  return toError(diagnoseCore(attempts));
}

/** The error for a camera addon that does not load. */
export function cameraMissing(attempts: readonly AddonAttempt[]): StreamerError {
  return toError(diagnoseCamera(attempts));
}

function toError({ code, what, command }: Diagnosis): StreamerError {
  const elsewhere =
    'Cameras are captured on Linux only; the subpaths pi-camera-streamer/rtp, /jpeg and /sdp work here.';
  return new StreamerError(code, `${what}. ${process.platform === 'linux' ? `Run: ${command}` : elsewhere}`);
}

/** Why the core addon does not load. */
export function diagnoseCore(attempts: readonly AddonAttempt[]): Diagnosis {
  const failures = failuresOf(attempts);
  const what =
    failures.length === 0
      ? `there is no native addon for ${platform}`
      : `the native addon does not load on ${platform}: ${listed(failures)}`;
  return { code: codeFor(failures, 'ERR_NATIVE_MISSING'), ...mending(what, failures, buildCore) };
}

/** Why the camera addon does not load. */
export function diagnoseCamera(attempts: readonly AddonAttempt[]): Diagnosis {
  const failures = failuresOf(attempts);
  return { code: codeFor(failures, 'ERR_CAMERA_UNAVAILABLE'), ...explainCamera(failures) };
}

type Explanation = Omit<Diagnosis, 'code'>;

function explainCamera(failures: readonly AddonAttempt[]): Explanation {
  if (process.platform !== 'linux') return { what: `there is no camera addon for ${platform}`, command: '' };
  const mismatches = failures.filter(({ outcome }) => outcome === 'mismatch');
  if (mismatches.length > 0) {
    return mending(`the camera addon is of another version: ${listed(mismatches)}`, mismatches, buildCamera);
  }
  const [libcamera] = installedLibcameras();
  return libcamera ? explainFor(libcamera, failures) : withoutLibcamera();
}

function withoutLibcamera(): Explanation {
  const install = `sudo apt install libcamera-dev${isCheckout ? ` && ${buildCamera}` : ''}`;
  return {
    what: `libcamera ${oldestLibcamera} or newer is needed, and none is installed`,
    command: `${install} (on Debian 12 from bookworm-backports: docs/installation.md)`,
  };
}

function explainFor(
  { abi, version, file }: InstalledLibcamera,
  failures: readonly AddonAttempt[],
): Explanation {
  if (compareVersions(version, oldestLibcamera) < 0) {
    return {
      what: `libcamera ${oldestLibcamera} or newer is needed, and ${version} is installed`,
      command:
        'sudo apt full-upgrade (Debian 12 has a newer one in bookworm-backports: docs/installation.md)',
    };
  }
  const candidates = failures.filter((attempt) =>
    [`${abi}.node`, 'system.node'].includes(path.basename(attempt.file)),
  );
  // As after `ninja install` into /usr/local.
  if (candidates.some(({ reason }) => reason.startsWith(`${path.basename(file)} `))) {
    return { what: `${file} is there, but the dynamic linker does not find it`, command: 'sudo ldconfig' };
  }
  const reason =
    candidates.length === 0
      ? 'there is no prebuilt addon for it'
      : `no addon loads with it: ${listed(candidates)}`;
  return mending(`libcamera ${abi} is installed, and ${reason}`, candidates, buildCamera);
}

function failuresOf(attempts: readonly AddonAttempt[]): AddonAttempt[] {
  return attempts.filter(({ outcome }) => outcome !== 'absent');
}

// An addon that loads, and only is of another version, is the one that was meant for this machine.
function codeFor(failures: readonly AddonAttempt[], otherwise: ErrorCode): ErrorCode {
  return failures.some(({ outcome }) => outcome === 'mismatch') ? 'ERR_ADDON_MISMATCH' : otherwise;
}

/** Building helps, unless the package itself is at fault. */
function mending(what: string, failures: readonly AddonAttempt[], build: string): Explanation {
  const isPackageBroken = failures.some(
    ({ file, outcome }) =>
      path.dirname(file).startsWith(prebuiltFolder) && ['damaged', 'mismatch'].includes(outcome),
  );
  if (!isPackageBroken || isCheckout) return { what, command: build };
  return { what: `${what}. The package is damaged`, command: reinstall() };
}

// npm looks at no file of a package that is there already: neither `npm install` nor `npm rebuild` mends it.
function reinstall(): string {
  const project = path.dirname(path.dirname(packageFolder)); // above node_modules
  const isGlobal = path.basename(project) === 'lib';
  const install = isGlobal ? 'npm install -g pi-camera-streamer' : `npm install --prefix ${quoted(project)}`;
  return `rm -r ${quoted(packageFolder)} && ${install}`;
}

/** For a shell, where a space would make two paths of one. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function listed(attempts: readonly AddonAttempt[]): string {
  return attempts.map(({ file, reason }) => `${file}: ${reason}`).join('; ');
}
