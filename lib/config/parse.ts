import type { LoadedConfig } from './config.js';
import { findConflicts } from './conflicts.js';
import { noticesOf } from './notices.js';
import { problemError } from './problem.js';
import { resolveConfig, withVideoDefaults } from './resolve.js';
import { parseToml } from './toml.js';
import { validate } from './validate.js';

/**
 * Reads a configuration from the text of a TOML file.
 *
 * @param fileName - for messages
 * @throws StreamerError ERR_CONFIG_SYNTAX, ERR_CONFIG_UNKNOWN_KEY, ERR_CONFIG_INVALID, ERR_CONFIG_CONFLICT or
 * ERR_JPEG_SIZE; its message is one line that names the file, the line where there is one, and the key
 */
export function parseConfig(text: string, fileName: string): LoadedConfig {
  const table = parseToml(text, fileName);
  const validation = validate(table);
  if (!validation.ok) throw problemError(validation.problems, text, fileName);
  const { file, cameras } = validation;
  const config = resolveConfig(file, cameras);
  const [conflict, ...others] = findConflicts(config);
  if (conflict) throw problemError([conflict, ...others], text, fileName);
  return {
    config,
    sections: withVideoDefaults(file),
    notices: noticesOf(table, cameras, fileName),
    file: fileName,
  };
}
