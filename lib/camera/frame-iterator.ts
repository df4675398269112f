import type { EventEmitter } from 'node:events';
import type { StreamerError } from '../errors/index.js';
import type { CapturePlan } from '../native/core-addon.js';
import type { Frame } from './frame.js';
import type { CameraEvents, FrameConsumer } from './frame-consumer.js';

/** What the iterator needs of a camera. */
interface FrameSupply extends EventEmitter<CameraEvents> {
  readonly plan: CapturePlan;
  readonly closed: boolean;
  readonly ended: boolean;
  readonly failure: StreamerError | undefined;
  attach(consumer: FrameConsumer): Promise<void>;
  detach(consumer: FrameConsumer): void;
}

export interface FrameIteratorOptions {
  /** Ends the loop. */
  readonly signal?: AbortSignal;
}

/** Frames that wait for the loop's next turn; a camera's oldest gives way, a file waits instead. */
const maxWaiting = 2;

/** `for await` over a camera's frames. */
export class FrameIterator implements AsyncIterableIterator<Frame>, FrameConsumer {
  readonly #camera: FrameSupply;
  readonly #signal: AbortSignal | undefined;
  readonly #waiting: Frame[] = [];
  #current: Frame | undefined;
  #ended = false;
  #failure: StreamerError | undefined;
  #wake: (() => void) | undefined;
  #attached = false;

  constructor(camera: FrameSupply, options: FrameIteratorOptions) {
    this.#camera = camera;
    this.#signal = options.signal;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Frame, undefined>> {
    this.#current?.release();
    this.#current = undefined;
    if (this.#signal?.aborted || this.#camera.closed) return this.return();
    if (!this.#attached) await this.#attach();
    while (this.#waiting.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#signal?.aborted) return this.return();
    this.#current = this.#waiting.shift();
    if (this.#current) return { value: this.#current, done: false };
    this.#detach();
    if (this.#failure) throw this.#failure;
    return { value: undefined, done: true };
  }

  /** The loop was left early. */
  return(): Promise<IteratorResult<Frame, undefined>> {
    this.#current?.release();
    this.#current = undefined;
    for (const frame of this.#waiting.splice(0)) frame.release();
    this.#ended = true;
    this.#detach();
    return Promise.resolve({ value: undefined, done: true });
  }

  take(frame: Frame): void {
    if (this.#camera.plan.live && this.#waiting.length === maxWaiting) this.#waiting.shift()?.release();
    this.#waiting.push(frame.retain());
    this.#wake?.();
  }

  async #attach(): Promise<void> {
    this.#attached = true;
    this.#failure = this.#camera.failure;
    if (this.#failure || this.#camera.ended) {
      this.#ended = true;
      return;
    }
    this.#camera.on('end', this.#end).on('failure', this.#fail);
    this.#signal?.addEventListener('abort', this.#end, { once: true });
    try {
      await this.#camera.attach(this);
    } catch (error) {
      this.#detach();
      throw error;
    }
  }

  #detach(): void {
    this.#camera.detach(this);
    this.#camera.off('end', this.#end).off('failure', this.#fail);
    this.#signal?.removeEventListener('abort', this.#end);
  }

  readonly #end = (): void => {
    this.#ended = true;
    this.#camera.detach(this); // what waits is still delivered, and nothing comes after it
    this.#wake?.();
  };

  readonly #fail = (error: StreamerError): void => {
    if (error !== this.#camera.failure) return; // another consumer could not take a frame
    this.#failure = error;
    this.#end();
  };
}
