import { runApplication, FaultWatch, type ApplicationOptions } from '../app/index.js';
import { ExitCode } from './exit-code.js';

/**
 * Streams until the signal is aborted, all cameras have come to their end, or faults of this program make it end.
 *
 * @returns the exit code
 */
export async function runStreams(options: ApplicationOptions): Promise<number> {
  const faults = new FaultWatch(options.logger);
  try {
    const signal = AbortSignal.any([options.signal, faults.tooMany]);
    const failures = await runApplication({ ...options, signal });
    return failures.length > 0 || faults.tooMany.aborted ? ExitCode.failed : ExitCode.done;
  } finally {
    faults.close();
  }
}
