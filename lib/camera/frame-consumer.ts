import type { StreamerError } from '../errors/index.js';
import type { Frame } from './frame.js';

/** How the next frames are encoded. */
export interface EncodingSettings {
  /** libjpeg's, 1..100. */
  quality: number;
  /** MCUs, 1..65535; counts only for cameras opened with `restartInterval: 'auto'`. */
  restartInterval: number;
}

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
  /**
   * Called after take(), for what the consumer wants of frames to come. It may lower the quality, which is the camera's
   * or what another consumer has lowered it to, and set the restart interval. One or two frames are on their way already.
   */
  adjust?(settings: EncodingSettings): void;
  /** Whether it wants frames now; absent: always. While no consumer does, frames are captured but not encoded. */
  wantsFrames?(): boolean;
  /** Called in place of take() for a frame that was not encoded. */
  passOver?(): void;
}

/** What a camera emits. */
export interface CameraEvents {
  /** No more frames will come: a file that does not loop. */
  end: [];
  /** Frames have stopped, or a consumer could not take them. */
  failure: [error: StreamerError];
  /** The camera decided something by itself, such as another mode of its sensor; a sentence for people. */
  note: [note: string];
}
