import { processNotifier, type ServiceNotifier } from './notifier.js';

/**
 * Makes a change that `systemctl reload` has asked for, and tells systemd when it begins and when it is over, however it
 * ends.
 */
export async function whileReloading<Result>(
  change: () => Promise<Result>,
  notifier: ServiceNotifier = processNotifier(),
): Promise<Result> {
  // Of CLOCK_MONOTONIC, by which systemd orders it and its own signal.
  const monotonicUs = process.hrtime.bigint() / 1000n;
  notifier.send({ RELOADING: '1', MONOTONIC_USEC: String(monotonicUs) });
  try {
    return await change();
  } finally {
    notifier.send({ READY: '1' });
  }
}
