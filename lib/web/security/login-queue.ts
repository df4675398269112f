import { StreamerError } from '../../errors/index.js';

/** Checks that wait. One takes some 50 ms on a PC, 200 ms on a Raspberry Pi. */
const maxWaiting = 32;

interface Waiting {
  /** Wrong logins of its client in the last minute. */
  readonly failures: number;
  readonly begin: () => void;
  readonly refuse: (error: StreamerError) => void;
}

/**
 * Checks passwords one after the other, so that they take no more than one core however many are asked for. Clients that
 * have failed less often come first. When too many wait, the one that has failed most often is refused.
 */
export class LoginQueue {
  /** In the order of their turns. */
  readonly #waiting: Waiting[] = [];
  #isBusy = false;

  /**
   * @param failures - wrong logins of its client in the last minute
   * @throws StreamerError ERR_TOO_MANY; and what the check throws
   */
  async run<T>(failures: number, check: () => Promise<T>): Promise<T> {
    if (this.#isBusy) await this.#turn(failures);
    this.#isBusy = true;
    try {
      return await check();
    } finally {
      const next = this.#waiting.shift();
      this.#isBusy = next !== undefined;
      next?.begin();
    }
  }

  #turn(failures: number): Promise<void> {
    return new Promise((begin, refuse) => {
      const place = this.#waiting.findIndex((other) => other.failures > failures);
      this.#waiting.splice(place < 0 ? this.#waiting.length : place, 0, { failures, begin, refuse });
      if (this.#waiting.length <= maxWaiting) return;
      this.#waiting.pop()?.refuse(new StreamerError('ERR_TOO_MANY', 'too many logins at a time'));
    });
  }
}
