import type { Camera } from '../camera/index.js';
import { StreamerError } from '../errors/index.js';

/** A camera needs longer for its first frame: sensor and algorithms start. */
const longestStartMs = 5000;
const minLimitMs = 1000;
const limitFrames = 5;
const checkIntervalMs = 200;

/** Notices that a camera delivers no more frames, which libcamera does not always say. */
export class FrameWatchdog {
  #timer: NodeJS.Timeout | undefined;
  // From its start to its first frame, the longest so far; undefined while it has never delivered one.
  #startMs: number | undefined;

  /**
   * Calls onStall once when no frame comes. Frames count that the camera delivered: that they are dropped, because the
   * network holds on to those before, is no fault of its own. Sources that wait for their consumer are not watched.
   */
  start(camera: Camera, onStall: (error: StreamerError) => void): void {
    this.stop();
    const { live, fps, name } = camera.plan;
    if (!live) return;
    const limitMs = Math.max(minLimitMs, fps > 0 ? (limitFrames * 1000) / fps : 0);
    // A camera that is known to start quickly is not given long: what was asked of a dead one is lost.
    const startLimitMs = Math.max(limitMs, Math.min(2 * (this.#startMs ?? Infinity), longestStartMs));
    let lastCount = camera.statistics().captured;
    let hasStarted = false;
    let silentMs = 0;
    let lastCheckMs = performance.now();
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      // While the process was held itself, frames could not come.
      silentMs += Math.min(nowMs - lastCheckMs, 2 * checkIntervalMs);
      lastCheckMs = nowMs;
      const { captured } = camera.statistics();
      if (captured !== lastCount) {
        if (!hasStarted) this.#startMs = Math.max(this.#startMs ?? 0, silentMs);
        hasStarted = true;
        silentMs = 0;
      }
      lastCount = captured;
      if (silentMs < (hasStarted ? limitMs : startLimitMs)) return;
      this.stop();
      const seconds = (silentMs / 1000).toFixed(1);
      onStall(new StreamerError('ERR_CAMERA_STALLED', `${name} delivered no frame for ${seconds} s`));
    }, checkIntervalMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
