import type { ErrorCode, StreamerError } from '../errors/index.js';

// The camera may be plugged in, let go by another process, or come to itself. All else is a fault of the
// configuration, of a file or of the installation, which no waiting mends.
const recoverable: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ERR_CAMERA_NOT_FOUND',
  'ERR_CAMERA_BUSY',
  'ERR_CAMERA_FAILED',
  'ERR_CAMERA_STALLED',
  'ERR_CAMERA_DISCONNECTED',
  'ERR_ENCODE',
]);

/** Whether opening the camera again may help. */
export function canRecover(error: StreamerError): boolean {
  return recoverable.has(error.code);
}
