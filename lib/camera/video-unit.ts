/** One frame of encoded video. */
export interface VideoUnit {
  /** H.264 in Annex B with its parameter sets before each key frame, or one frame of VP8. Valid during the call only. */
  readonly data: Uint8Array;
  /** Microseconds of CLOCK_MONOTONIC: when the sensor took it. */
  readonly captureTimeUs: number;
  /** Whether it can be decoded without those before. */
  readonly isKeyframe: boolean;
}
