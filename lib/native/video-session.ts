import type { VideoConfig } from '../config/index.js';
import type { EncodeOptions } from './core-addon.js';

export type VideoCodec = VideoConfig['codec'];

/** How a capture session's frames become video. */
export interface NativeVideoOptions extends Pick<EncodeOptions, 'crop' | 'target' | 'colorRange'> {
  readonly codec: VideoCodec;
  /** Whether H.264 is made by hardware where there is some. */
  readonly hardware: boolean;
  /** Frames a second, for the encoder's rate control. */
  readonly fps: number;
  readonly bitrateBps: number;
  /** Frames from one key frame to the next, from 1. */
  readonly keyframeInterval: number;
  /** How much time is spent on quality with H.264, 0 (least) to 2. */
  readonly effort: number;
  /** libvpx's cpu-used for VP8, -16..16. */
  readonly cpuUsed: number;
}

/** What a video session will make. */
export interface VideoPlan {
  /** Pixels, even. */
  readonly width: number;
  readonly height: number;
  /** No frame is longer. */
  readonly maxBytes: number;
}

/** Numbers for each slot in the fields array. */
export const videoFieldsPerSlot = 3;

/** Where each number of a slot stands in the fields array. */
export const videoSlotField = {
  bytes: 0,
  /** 1 or 0. */
  isKeyframe: 1,
  captureTimeUs: 2,
} as const;

/** Order of the numbers that readCounters() of a video session writes. */
export const videoCounterNames = [
  'encoded',
  'keyframes',
  'bytes',
  'droppedEncoder',
  'droppedNoSlot',
  'encodeTimeUs',
  /** Of those encoded. */
  'byHardware',
] as const;

export interface NativeVideoSession {
  /** For good. */
  stop(): Promise<void>;
  release(slot: number): void;
  requestKeyframe(): void;
  setBitrate(bitrateBps: number): void;
  readCounters(counters: Float64Array): void;
}
