import { CommanderError } from 'commander';
import { StreamerError, type ErrorCode } from '../errors/index.js';

export const ExitCode = {
  /** Done, or stopped by a signal. */
  done: 0,
  /** Failed while running. */
  failed: 1,
  /** Wrong usage or configuration. */
  usage: 2,
} as const;

const usageCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ERR_USAGE',
  'ERR_INVALID_ARGUMENT',
  'ERR_CONFIG_NOT_FOUND',
  'ERR_CONFIG_SYNTAX',
  'ERR_CONFIG_UNKNOWN_KEY',
  'ERR_CONFIG_INVALID',
  'ERR_CONFIG_CONFLICT',
  'ERR_JPEG_SIZE',
  'ERR_CAMERA_NOT_FOUND',
  'ERR_HOST_NOT_FOUND',
]);

/** The exit code for an error that ends a command before anything has been streamed. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return ExitCode.usage;
  return error instanceof StreamerError && usageCodes.has(error.code) ? ExitCode.usage : ExitCode.failed;
}
