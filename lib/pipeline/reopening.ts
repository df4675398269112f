import type { CameraOptions } from '../camera/index.js';
import type { StreamerError } from '../errors/index.js';

/** A camera is to be opened with other options, and whoever asked waits for how that goes. */
export class Reopening {
  /** Options that worked. */
  readonly fallback: CameraOptions;
  /** Rejects when the camera can't be opened with the new options. */
  readonly done: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (error: StreamerError) => void = () => undefined;

  constructor(fallback: CameraOptions) {
    this.fallback = fallback;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  succeed(): void {
    this.#resolve();
  }

  fail(error: StreamerError): void {
    this.#reject(error);
  }
}
