import type { ReceivedFrame } from '../rtp/index.js';
import type { Receiver } from './receiver.js';

export interface ReceivedFramesOptions {
  /** Ends the loop. */
  readonly signal?: AbortSignal;
  /** Frames that wait for the loop's next turn at most, 1..7, default 2: the oldest gives way. */
  readonly maxWaiting?: number;
}

/** `for await` over a receiver's frames. */
export class ReceivedFrames implements AsyncIterableIterator<ReceivedFrame> {
  readonly #receiver: Receiver;
  readonly #signal: AbortSignal | undefined;
  readonly #maxWaiting: number;
  readonly #waiting: ReceivedFrame[] = [];
  #current: ReceivedFrame | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(receiver: Receiver, { signal, maxWaiting = 2 }: ReceivedFramesOptions) {
    this.#receiver = receiver;
    this.#signal = signal;
    this.#maxWaiting = maxWaiting;
    receiver.on('frame', this.#take).on('end', this.#end);
    signal?.addEventListener('abort', this.#end, { once: true });
    if (signal?.aborted || receiver.closed) this.#end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ReceivedFrame, undefined>> {
    this.#current?.release();
    this.#current = undefined;
    while (this.#waiting.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#signal?.aborted) return this.return();
    this.#current = this.#waiting.shift();
    return this.#current ? { value: this.#current, done: false } : { value: undefined, done: true };
  }

  /** The loop was left early. */
  return(): Promise<IteratorResult<ReceivedFrame, undefined>> {
    this.#end();
    this.#current?.release();
    this.#current = undefined;
    for (const frame of this.#waiting.splice(0)) frame.release();
    return Promise.resolve({ value: undefined, done: true });
  }

  readonly #take = (frame: ReceivedFrame): void => {
    if (this.#waiting.length === this.#maxWaiting) this.#waiting.shift()?.release();
    this.#waiting.push(frame.retain());
    this.#wake?.();
  };

  readonly #end = (): void => {
    this.#ended = true;
    this.#receiver.off('frame', this.#take).off('end', this.#end);
    this.#signal?.removeEventListener('abort', this.#end);
    this.#wake?.();
  };
}
