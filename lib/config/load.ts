import { StreamerError } from '../errors/index.js';
import { fileFailure, readRegularFile } from '../util/files.js';
import type { LoadedConfig } from './config.js';
import { parseConfig } from './parse.js';

const defaultFile = 'config.toml';
/** The longest configuration that is read. A file with all keys and comments has about 20 kB. */
export const maxConfigBytes = 2 ** 20;

/**
 * Reads the configuration file. It is a file, and not a pipe such as /dev/stdin: a reload reads it again, and would find
 * nothing in the pipe but the defaults.
 *
 * @param path - undefined means config.toml in the working directory and, if there is none, the defaults
 * @throws StreamerError ERR_CONFIG_NOT_FOUND, and those of {@link parseConfig}
 */
export function loadConfig(path: string | undefined): LoadedConfig {
  const fileName = path ?? defaultFile;
  const bytes = readBytes(fileName, path === undefined);
  if (!bytes) return { ...parseConfig('', fileName), file: undefined };
  return parseConfig(decode(bytes, fileName), fileName);
}

/** Undefined if there is no such file and that is allowed. */
function readBytes(fileName: string, mayBeMissing: boolean): Uint8Array | undefined {
  try {
    return readRegularFile(fileName, maxConfigBytes);
  } catch (error) {
    const reason = fileFailure(error);
    if (mayBeMissing && reason === 'ENOENT') return undefined;
    const remedy = mayBeMissing
      ? 'make it readable, or name another file with -config'
      : 'check the path after -config, or leave -config out to run with config.toml or the defaults';
    throw new StreamerError(
      'ERR_CONFIG_NOT_FOUND',
      `${fileName}: cannot be read (${reason}); ${remedy}`,
      error,
    );
  }
}

function decode(bytes: Uint8Array, fileName: string): string {
  try {
    // Leaves a byte order mark out, as editors on other systems put one at the start.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new StreamerError(
      'ERR_CONFIG_SYNTAX',
      `${fileName}: not valid UTF-8; save the file as UTF-8`,
      error,
    );
  }
}
