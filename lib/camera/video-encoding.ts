import { StreamerError } from '../errors/index.js';
import { coreAddon, fromNativeError, isErrorCode, type NativeCaptureSession } from '../native/core-addon.js';
import {
  videoCounterNames,
  videoFieldsPerSlot,
  videoSlotField,
  type NativeVideoOptions,
  type NativeVideoSession,
  type VideoPlan,
} from '../native/video-session.js';
import { untransferable } from './slot-memory.js';
import type { VideoUnit } from './video-unit.js';

/** How a camera's frames become video. Size and crop are those of the camera's own options. */
export type VideoOptions = Pick<
  NativeVideoOptions,
  'codec' | 'hardware' | 'bitrateBps' | 'keyframeInterval' | 'effort' | 'cpuUsed'
>;

export interface VideoHandlers {
  /** Called for each frame, in their order; each builds on those before it. */
  take(unit: VideoUnit): void;
  /** @param isOver - the encoder can't go on, and nothing comes after it; else it gets over it */
  onFailure(error: StreamerError, isOver: boolean): void;
}

/** Since the encoding began. */
export type VideoStatistics = Readonly<Record<(typeof videoCounterNames)[number], number>>;

/** One waits while one is encoded and one is taken. */
const slotCount = 4;

/** A camera's frames on their way to video. Made by `Camera.encodeVideo()`. */
export class VideoEncoding {
  readonly plan: VideoPlan;
  readonly #session: NativeVideoSession;
  readonly #views: readonly Uint8Array[];
  readonly #fields = new Float64Array(slotCount * videoFieldsPerSlot);
  readonly #handlers: VideoHandlers;
  readonly #counters = new Float64Array(videoCounterNames.length);
  #closed: Promise<void> | undefined;

  /** @internal */
  constructor(capture: NativeCaptureSession, options: NativeVideoOptions, handlers: VideoHandlers) {
    const addon = coreAddon();
    try {
      this.plan = addon.planVideo(capture, options);
    } catch (error) {
      throw fromNativeError(error, 'ERR_CONFIG_CONFLICT');
    }
    const { maxBytes } = this.plan;
    const buffers = Array.from({ length: slotCount }, () => untransferable(maxBytes));
    this.#views = buffers.map((buffer) => new Uint8Array(buffer));
    this.#handlers = handlers;
    this.#session = new addon.VideoSession(
      capture,
      options,
      buffers,
      this.#fields,
      (slot) => {
        this.#take(slot);
      },
      (code, message, isOver) => {
        if (!this.#closed)
          handlers.onFailure(new StreamerError(isErrorCode(code) ? code : 'ERR_ENCODE', message), isOver);
      },
    );
  }

  /** The next frame is to be a key frame. */
  requestKeyframe(): void {
    this.#session.requestKeyframe();
  }

  /** From the next frame on. */
  setBitrate(bitrateBps: number): void {
    this.#session.setBitrate(Math.round(bitrateBps));
  }

  statistics(): VideoStatistics {
    this.#session.readCounters(this.#counters);
    const entries = videoCounterNames.map((name, i) => [name, this.#counters[i] ?? 0]);
    return Object.fromEntries(entries) as VideoStatistics;
  }

  /** Ends it. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#session.stop();
    return this.#closed;
  }

  #take(slot: number): void {
    const field = (name: keyof typeof videoSlotField): number =>
      this.#fields[slot * videoFieldsPerSlot + videoSlotField[name]] ?? 0;
    const view = this.#views[slot];
    if (view && !this.#closed) {
      this.#handlers.take({
        data: view.subarray(0, field('bytes')),
        captureTimeUs: field('captureTimeUs'),
        isKeyframe: field('isKeyframe') === 1,
      });
    }
    this.#session.release(slot);
  }
}
