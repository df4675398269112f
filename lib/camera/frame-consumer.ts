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
  /**
   * Called for a frame that is still being encoded, when there is more of it: any number of times, before take() or
   * abandon(). Only for cameras opened with `subFrame`.
   *
   * @throws StreamerError as take() does
   */
  takePart?(frame: Frame): void;
  /** A frame of which parts were taken will not be completed: the encoder failed. */
  abandon?(frame: Frame): void;
}

/** What a camera emits. */
export interface CameraEvents {
  /** No more frames will come: a file that does not loop. */
  end: [];
  /** Frames have stopped, or a consumer could not take them. */
  failure: [error: StreamerError];
}
