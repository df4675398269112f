import { round } from '../report-values.js';
import type { ProcessFigures } from './report.js';

/** What this process takes of the machine, from now on. */
export class ProcessMeter {
  readonly #beganMs = performance.now();
  readonly #cpuBefore = process.cpuUsage();

  read(): Pick<ProcessFigures, 'seconds' | 'cpuPercent' | 'memoryMiB'> {
    const elapsedMs = performance.now() - this.#beganMs;
    const { user, system } = process.cpuUsage(this.#cpuBefore);
    return {
      seconds: round(elapsedMs / 1000, 2),
      cpuPercent: round((100 * (user + system)) / 1000 / elapsedMs, 1),
      memoryMiB: round(process.memoryUsage.rss() / 2 ** 20, 0),
    };
  }
}
