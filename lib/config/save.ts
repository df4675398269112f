import { chownSync, closeSync, fsyncSync, openSync, readFileSync, realpathSync, renameSync } from 'node:fs';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { StreamerError } from '../errors/index.js';
import { editToml } from './edit-toml.js';
import type { ConfigEdit } from './live-settings.js';
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
    const bytes = readFileSync(target, 'utf8');
    const mark = bytes.startsWith('\uFEFF') ? '\uFEFF' : '';
    const text = editToml(bytes.slice(mark.length), edits, file);
    parseConfig(text, file);
    replaceFile(target, mark + text);
  } catch (error) {
    if (error instanceof StreamerError) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new StreamerError('ERR_FILE_WRITE', `${file}: cannot be written (${reason})`, error);
  }
}

function replaceFile(target: string, text: string): void {
  const { mode, uid, gid } = statSync(target);
  const part = `${target}.part`;
  try {
    writeFileSync(part, text, { mode });
    if (process.getuid?.() === 0) chownSync(part, uid, gid);
    sync(part);
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

function sync(file: string): void {
  const descriptor = openSync(file, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
