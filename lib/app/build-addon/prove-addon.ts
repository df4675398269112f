import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { StreamerError } from '../../errors/index.js';
import { nativeAbiVersion } from '../../native/abi-version.js';

/** What an addon says of itself. */
export interface AddonVersions {
  readonly nativeAbiVersion: number;
  readonly sourceAbiVersion: number;
  /** Of the libcamera in use; the core addon has none. */
  readonly libcameraVersion?: string;
  /** Of the libcamera whose headers it was built with, such as 0.7.1. */
  readonly builtAgainst?: string;
}

/**
 * Loads an addon in a process of its own, where it can do no harm, and asks for its versions.
 *
 * @throws StreamerError ERR_BUILD_FAILED when it does not load here
 */
export async function proveAddon(file: string): Promise<AddonVersions> {
  const versions = await askAddon(file);
  if (versions.nativeAbiVersion === nativeAbiVersion) return versions;
  throw new StreamerError('ERR_BUILD_FAILED', `${file} was built from other sources than this package's`);
}

/** A library that hangs when it is loaded must not keep the build from ending. */
const timeoutMs = 30_000;

async function askAddon(file: string): Promise<AddonVersions> {
  const script = 'JSON.stringify(require(process.argv[1]))';
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['-p', script, file], {
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    return JSON.parse(stdout) as AddonVersions;
  } catch (error) {
    throw new StreamerError(
      'ERR_BUILD_FAILED',
      `what was built does not load here: ${reasonOf(error)}`,
      error,
    );
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('killed' in error && error.killed === true) return `no answer within ${String(timeoutMs / 1000)} s`;
  return /^Error: (.*)$/m.exec(error.message)?.[1] ?? error.message;
}
