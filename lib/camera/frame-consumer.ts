import type { StreamerError } from '../errors/index.js';
import type { Frame } from './frame.js';

/** Takes frames from a camera. */
export interface FrameConsumer {
  /**
   * Called for each frame. The frame is valid during the call; retain() keeps it longer.
   *
   * @throws StreamerError when the consumer can't take this kind of frame; the camera emits it as `failure`
   */
  take(frame: Frame): void;
}

/** What a camera emits. */
export interface CameraEvents {
  /** No more frames will come: a file that does not loop. */
  end: [];
  /** Frames have stopped, or a consumer could not take them. */
  failure: [error: StreamerError];
}
