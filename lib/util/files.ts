import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';

/** What is in a folder; nothing when it is not there or can't be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The text of a file; empty when it is not there or can't be read. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Reads a file that somebody has named. Opening a pipe otherwise waits for its writer, and the whole program with it; a
 * device such as /dev/zero has no end. Links are followed.
 *
 * @param maxBytes - most that the file may hold
 * @throws Error, which fileFailure() puts into words
 */
export function readRegularFile(file: string, maxBytes: number): Buffer {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const status = fstatSync(descriptor);
    if (status.isFIFO()) throw new Error('it is a pipe, not a file');
    // To read a folder is EISDIR.
    if (!status.isFile() && !status.isDirectory()) throw new Error('it is a device, not a file');
    // The file may grow while it is read, and files of /proc say that they have no bytes.
    const bytes = Buffer.allocUnsafe(maxBytes + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length < bytes.length; length += count)
      count = readSync(descriptor, bytes, length, bytes.length - length, null);
    if (length > maxBytes) throw new Error(`it has more than ${String(maxBytes)} bytes`);
    // Memory of its own: what is left of a larger buffer may be a secret.
    return Buffer.from(bytes.subarray(0, length));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Writes a file that is there whole or not at all. One of that name is replaced.
 *
 * @throws Error, which fileFailure() puts into words
 */
export function writeWhole(file: string, text: string): void {
  const part = `${file}.part`;
  try {
    writeFileSync(part, text);
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Why a file could not be read or written, to be put in parentheses: the system's code, such as ENOENT, or a few words. */
export function fileFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? String(error.code) : error.message;
}
