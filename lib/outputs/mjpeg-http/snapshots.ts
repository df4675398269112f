import type { Frame, FrameConsumer, FrameCopy } from '../../camera/index.js';

/** The camera's next frame, for whoever asks. */
export class Snapshots implements FrameConsumer {
  #waiting = new Set<(frame: FrameCopy) => void>();

  /** Nothing when none comes in time. */
  async next(timeoutMs: number): Promise<FrameCopy | undefined> {
    return new Promise((resolve) => {
      const answer = (frame?: FrameCopy): void => {
        clearTimeout(timer);
        this.#waiting.delete(answer);
        resolve(frame);
      };
      const timer = setTimeout(answer, timeoutMs);
      this.#waiting.add(answer);
    });
  }

  wantsFrames(): boolean {
    return this.#waiting.size > 0;
  }

  take(frame: Frame): void {
    if (this.#waiting.size === 0) return;
    const copy = frame.copy();
    for (const answer of this.#waiting) answer(copy);
  }
}
