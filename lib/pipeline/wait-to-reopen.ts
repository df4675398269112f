import { onCameraAdded } from '../camera/index.js';
import type { StreamerError } from '../errors/index.js';
import type { Backoff } from '../util/backoff.js';

/**
 * Waits until a camera that failed is to be opened again: as the backoff has it, or at once when libcamera has found a
 * camera meanwhile.
 *
 * @param sinceMs - performance.now() when it was opened last
 */
export async function waitToReopen(
  { code }: StreamerError,
  backoff: Backoff,
  signal: AbortSignal,
  sinceMs: number,
): Promise<void> {
  if (code !== 'ERR_CAMERA_NOT_FOUND' && code !== 'ERR_CAMERA_DISCONNECTED') {
    await backoff.wait(signal, { sinceMs });
    return;
  }
  const found = new AbortController();
  const endWatch = onCameraAdded(() => {
    backoff.reset();
    found.abort();
  });
  await backoff.wait(AbortSignal.any([signal, found.signal]), { sinceMs });
  endWatch();
}
