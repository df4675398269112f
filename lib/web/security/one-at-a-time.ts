import { StreamerError } from '../../errors/index.js';

/** Tasks at a time, the one that runs included. */
const maxTasks = 8;

/** Runs tasks one after the other, so that however many are asked for take no more than one core. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();
  #count = 0;

  /** @throws StreamerError ERR_TOO_MANY */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#count >= maxTasks) throw new StreamerError('ERR_TOO_MANY', 'too many logins at a time');
    this.#count += 1;
    const result = this.#last.then(task).finally(() => {
      this.#count -= 1;
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}
