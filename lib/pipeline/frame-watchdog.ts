import type { CapturePlan } from '../camera/index.js';
import { StreamerError } from '../errors/index.js';

/** A camera needs longer for its first frame: sensor and algorithms start. */
const firstFrameMs = 5000;
const minLimitMs = 1000;
const limitFrames = 5;

/** Notices that a camera delivers no more frames, which libcamera does not always say. */
export class FrameWatchdog {
  #timer: NodeJS.Timeout | undefined;
  #lastFrameMs = 0;
  #limitMs = 0;

  /** Calls onStall once when no frame comes. Sources that wait for their consumer are not watched. */
  start(plan: CapturePlan, onStall: (error: StreamerError) => void): void {
    if (!plan.live) return;
    const frameMs = plan.fps > 0 ? 1000 / plan.fps : 0;
    this.#limitMs = Math.max(minLimitMs, limitFrames * frameMs);
    this.#lastFrameMs = performance.now() + Math.max(firstFrameMs - this.#limitMs, 0);
    this.#timer = setInterval(() => {
      const silentMs = performance.now() - this.#lastFrameMs;
      if (silentMs < this.#limitMs) return;
      this.stop();
      const seconds = (silentMs / 1000).toFixed(1);
      onStall(new StreamerError('ERR_CAMERA_STALLED', `${plan.name} delivered no frame for ${seconds} s`));
    }, minLimitMs / 4);
  }

  feed(): void {
    this.#lastFrameMs = performance.now();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
