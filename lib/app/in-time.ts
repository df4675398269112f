import { StreamerError } from '../errors/index.js';

/** Waits for the end of everything, but not for ever. @throws StreamerError ERR_SHUTDOWN_TIMEOUT */
export async function inTime(limitMs: number, done: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const seconds = String(limitMs / 1000);
      reject(
        new StreamerError(
          'ERR_SHUTDOWN_TIMEOUT',
          `not everything has ended ${seconds} s after the stop (shutdown_timeout_seconds in [timeouts])`,
        ),
      );
    }, limitMs);
  });
  try {
    await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}
