import { detach } from '../errors/faults.js';
import type { Camera } from '../camera/index.js';
import type { StreamerError } from '../errors/index.js';
import { fromNativeError } from '../native/core-addon.js';
import { monotonicUs } from '../util/clock.js';
import type { FrameWatchdog } from './frame-watchdog.js';
import { closing, opening, stopping } from './hang-limit.js';

/** One time that a camera is open. Where a stop and a start may mend it, they are tried before it is given up. */
export class CameraRun {
  readonly camera: Camera;
  /** Resolves at the source's end and by finish(). Rejects when the camera has to be opened anew, if that helps. */
  readonly over: Promise<void>;
  readonly #watchdog: FrameWatchdog;
  readonly #onStalled: (error: StreamerError) => void;
  #finish: () => void = () => undefined;
  #fail: (error: StreamerError) => void = () => undefined;
  // When capture was started last.
  #capturedAtStart = 0;
  #isMending = false;
  #mendedUs = 0;
  #hung: StreamerError | undefined;
  #isClosed = false;

  /** @param onStalled - frames have stopped, and the camera is being stopped and started */
  constructor(camera: Camera, watchdog: FrameWatchdog, onStalled: (error: StreamerError) => void) {
    this.camera = camera;
    this.#watchdog = watchdog;
    this.#onStalled = onStalled;
    this.over = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    this.over.catch(() => undefined); // whoever waits is told; nobody does before it streams
    camera.once('end', this.#finish).on('failure', (error) => {
      this.#onFailure(error);
    });
    this.#watch();
  }

  /** Whether a frame that comes now shows that the camera streams: it may be a late one from before its last stop. */
  isSignOfLife(captureTimeUs: number): boolean {
    return !this.#isMending && captureTimeUs >= this.#mendedUs;
  }

  finish(): void {
    this.#finish();
  }

  /** @throws StreamerError ERR_CAMERA_HUNG */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watchdog.stop();
    if (this.#hung) throw this.#hung;
    await closing(this.camera.plan.name, this.camera.close());
  }

  #watch(): void {
    this.#watchdog.start(this.camera, (error) => {
      this.#onFailure(error);
    });
  }

  /** A camera that has not streamed since the last time is not mended by another one. */
  #onFailure(error: StreamerError): void {
    if (this.#isMending) return;
    const { captured } = this.camera.statistics();
    if (captured > this.#capturedAtStart && this.#mayMend(error)) {
      this.#capturedAtStart = captured;
      detach('camera', this.#mend(error));
    } else this.#fail(error);
  }

  /** What the camera itself reports, and its silence; what consumers and the encoder throw is not its fault. */
  #mayMend(error: StreamerError): boolean {
    if (error.code === 'ERR_CAMERA_STALLED') return true;
    return error.code === 'ERR_CAMERA_FAILED' && error === this.camera.failure;
  }

  async #mend(error: StreamerError): Promise<void> {
    this.#isMending = true;
    this.#watchdog.stop();
    this.#onStalled(error);
    try {
      const { name } = this.camera.plan;
      await stopping(name, this.camera.pause());
      this.#mendedUs = monotonicUs();
      await opening(name, this.camera.start());
      if (this.camera.failure) this.#fail(this.camera.failure);
      else if (!this.#isClosed) this.#watch();
    } catch (cause) {
      const failure = fromNativeError(cause, 'ERR_CAMERA_FAILED');
      if (failure.code === 'ERR_CAMERA_HUNG') this.#hung = failure;
      this.#fail(failure);
    }
    this.#isMending = false;
  }
}
