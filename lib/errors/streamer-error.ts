import type { ErrorCode } from './codes.js';

/** The one error class of this package. `code` is stable; `message` is for people and may change. */
export class StreamerError extends Error {
  readonly code: ErrorCode;

  /**
   * @param code - one of the registered codes, see {@link ErrorCode}
   * @param message - what is wrong, where, and what to do, in one line
   * @param cause - the error beneath, if there is one
   */
  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StreamerError';
    this.code = code;
  }
}
