import type { Camera } from '../camera/index.js';
import { StreamerError } from '../errors/index.js';
import { StartPatience } from './start-patience.js';

const minLimitMs = 1000;
const limitFrames = 5;
const checkIntervalMs = 200;

/** Notices that a camera delivers no more frames, which libcamera does not always say. */
export class FrameWatchdog {
  #timer: NodeJS.Timeout | undefined;
  readonly #patience = new StartPatience();

  /**
   * Calls onStall once when no frame comes. Frames count that the camera delivered: that they are dropped, because the
   * network holds on to those before, is no fault of its own. Sources that wait for their consumer are not watched.
   */
  start(camera: Camera, onStall: (error: StreamerError) => void): void {
    this.stop();
    const { live, fps, name } = camera.plan;
    if (!live) return;
    const frameMs = fps > 0 ? 1000 / fps : 0;
    const limitMs = Math.max(minLimitMs, limitFrames * frameMs);
    const startLimitMs = this.#patience.limitMs(limitMs, frameMs);
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
        if (!hasStarted) this.#patience.onFirstFrame(silentMs);
        hasStarted = true;
        silentMs = 0;
      }
      lastCount = captured;
      if (silentMs < (hasStarted ? limitMs : startLimitMs)) return;
      this.stop();
      if (!hasStarted) this.#patience.onSilence();
      const seconds = (silentMs / 1000).toFixed(1);
      onStall(new StreamerError('ERR_CAMERA_STALLED', `${name} delivered no frame for ${seconds} s`));
    }, checkIntervalMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
