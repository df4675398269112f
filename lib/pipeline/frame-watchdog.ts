import type { Camera } from '../camera/index.js';
import { StreamerError } from '../errors/index.js';

/** A camera needs longer for its first frame: sensor and algorithms start. */
const firstFrameMs = 5000;
const minLimitMs = 1000;
const limitFrames = 5;

/** Notices that a camera delivers no more frames, which libcamera does not always say. */
export class FrameWatchdog {
  #timer: NodeJS.Timeout | undefined;

  /**
   * Calls onStall once when no frame comes. Frames count that the camera delivered: that they are dropped, because the
   * network holds on to those before, is no fault of its own. Sources that wait for their consumer are not watched.
   */
  start(camera: Camera, onStall: (error: StreamerError) => void): void {
    const { live, fps, name } = camera.plan;
    if (!live) return;
    const frameMs = fps > 0 ? 1000 / fps : 0;
    const limitMs = Math.max(minLimitMs, limitFrames * frameMs);
    let lastFrameMs = performance.now() + Math.max(firstFrameMs - limitMs, 0);
    let lastCount = 0;
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      const { captured } = camera.statistics();
      if (captured !== lastCount) lastFrameMs = nowMs;
      lastCount = captured;
      const silentMs = nowMs - lastFrameMs;
      if (silentMs < limitMs) return;
      this.stop();
      const seconds = (silentMs / 1000).toFixed(1);
      onStall(new StreamerError('ERR_CAMERA_STALLED', `${name} delivered no frame for ${seconds} s`));
    }, minLimitMs / 4);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
