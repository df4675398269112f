import type { Logger } from 'pino';
import { onFault, reportFault } from '../errors/faults.js';

/** Errors that nobody caught, within a minute: with more of them the process ends. */
const maxUncaught = 100;
const windowMs = 60_000;
/** Faults that were logged, told apart by where they came from. */
const maxRemembered = 100;

/**
 * Logs this program's own faults, each kind once with its stack, and keeps the process from its end by an error that
 * nobody caught. Such an error comes from one callback. Cameras, encoders and sockets each have an owner that ends them,
 * and a watchdog sees cameras that deliver nothing, so the streams go on. Only when uncaught errors come again and again
 * something that all of them share is broken: then the process has to end, and a service manager starts it anew.
 */
export class FaultWatch {
  readonly #logger: Logger;
  readonly #tooMany = new AbortController();
  readonly #logged = new Set<string>();
  readonly #uncaughtMs: number[] = [];

  constructor(logger: Logger) {
    this.#logger = logger;
    onFault(this.#log);
    process.on('uncaughtException', this.#onUncaught).on('unhandledRejection', this.#onUncaught);
  }

  /** Aborted when the process has to end. */
  get tooMany(): AbortSignal {
    return this.#tooMany.signal;
  }

  /** From now on an uncaught error ends the process again. */
  close(): void {
    process.off('uncaughtException', this.#onUncaught).off('unhandledRejection', this.#onUncaught);
  }

  readonly #onUncaught = (error: unknown): void => {
    reportFault('uncaught', error);
    const nowMs = performance.now();
    this.#uncaughtMs.push(nowMs);
    while (nowMs - (this.#uncaughtMs[0] ?? nowMs) > windowMs) this.#uncaughtMs.shift();
    if (this.#uncaughtMs.length <= maxUncaught || this.tooMany.aborted) return;
    this.#logger.fatal(`more than ${String(maxUncaught)} uncaught errors in a minute: the process ends`);
    this.#tooMany.abort();
  };

  readonly #log = (part: string, error: unknown): void => {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const origin = stack.split('\n').slice(0, 3).join('\n');
    if (this.#logged.has(origin) || this.#logged.size > maxRemembered) return;
    this.#logged.add(origin);
    if (this.#logged.size > maxRemembered) {
      this.#logger.error('no further kinds of faults are shown; metrics count them');
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    this.#logger.error(
      { part, code: 'ERR_INTERNAL', stack },
      `a fault of this program, please report it: ${message} (shown once; metrics count it)`,
    );
  };
}
