import { closeSync, fchmodSync, fchownSync, fsyncSync, openSync, realpathSync } from 'node:fs';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { StreamerError } from '../errors/index.js';
import { fileFailure, readRegularFile } from '../util/files.js';
import { editToml } from './edit-toml.js';
import type { ConfigEdit } from './live-settings.js';
import { maxConfigBytes } from './load.js';
import { parseConfig } from './parse.js';

/**
 * Writes values into a configuration file, comments kept. The file is the old one or the new one, also after a power
 * cut.
 *
 * @throws StreamerError ERR_CONFIG_... when the file is not valid with them, ERR_FILE_WRITE
 */
export function saveEdits(file: string, edits: readonly ConfigEdit[]): void {
  if (edits.length === 0) return;
  try {
    const target = realpathSync(file); // a link stays one
    const bytes = readRegularFile(target, maxConfigBytes).toString();
    const mark = bytes.startsWith('\uFEFF') ? '\uFEFF' : '';
    const text = editToml(bytes.slice(mark.length), edits, file);
    parseConfig(text, file);
    replaceFile(target, mark + text);
  } catch (error) {
    if (error instanceof StreamerError) throw error;
    throw new StreamerError('ERR_FILE_WRITE', `${file}: cannot be written (${fileFailure(error)})`, error);
  }
}

/** The new file has the rights and the owner of the old one from the first byte on: there may be secrets in it. */
function replaceFile(target: string, text: string): void {
  const { mode, uid, gid } = statSync(target);
  if ((mode & 0o222) === 0) throw Object.assign(new Error('it is read-only'), { code: 'EACCES' });
  const part = `${target}.part`;
  rmSync(part, { force: true });
  const descriptor = openSync(part, 'wx', 0o600);
  try {
    fchmodSync(descriptor, mode);
    if (process.getuid?.() === 0) fchownSync(descriptor, uid, gid);
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}
