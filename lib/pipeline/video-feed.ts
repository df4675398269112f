import type {
  Camera,
  VideoEncoding,
  VideoOptions,
  VideoPlan,
  VideoStatistics,
  VideoUnit,
} from '../camera/index.js';
import type { StreamerError } from '../errors/index.js';
import { fromNativeError } from '../native/core-addon.js';

export interface VideoFeedHandlers {
  take(unit: VideoUnit): void;
  /**
   * The camera's frames can't become video. Tried again when the camera is opened again.
   *
   * @param isOver - if not, the encoder gets over it
   */
  onFailure(error: StreamerError, isOver: boolean): void;
}

/** A camera's video, encoded only while it is wanted and the camera is open. Outlives the camera's restarts. */
export class VideoFeed {
  readonly #options: VideoOptions;
  readonly #handlers: VideoFeedHandlers;
  #bitrateBps: number;
  #camera: Camera | undefined;
  #encoding: VideoEncoding | undefined;
  #isWanted = false;
  #closing: Promise<void> = Promise.resolve();
  #totals: Partial<Record<keyof VideoStatistics, number>> = {};

  constructor(options: VideoOptions, handlers: VideoFeedHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#bitrateBps = options.bitrateBps;
  }

  /** What comes out; absent while nothing is encoded. */
  get plan(): VideoPlan | undefined {
    return this.#encoding?.plan;
  }

  get isWanted(): boolean {
    return this.#isWanted;
  }

  setWanted(isWanted: boolean): void {
    this.#isWanted = isWanted;
    this.#update();
  }

  /** The next frame is to be a key frame. The first one is in any case. */
  requestKeyframe(): void {
    this.#encoding?.requestKeyframe();
  }

  setBitrate(bitrateBps: number): void {
    this.#bitrateBps = bitrateBps;
    this.#encoding?.setBitrate(bitrateBps);
  }

  /** Sums over all times that video was encoded. */
  statistics(): Partial<VideoStatistics> {
    const sums = { ...this.#totals };
    for (const [name, value] of Object.entries(this.#encoding?.statistics() ?? {}) as [
      keyof VideoStatistics,
      number,
    ][])
      sums[name] = (sums[name] ?? 0) + value;
    return sums;
  }

  /** @internal */
  cameraOpened(camera: Camera): void {
    this.#camera = camera;
    this.#update();
  }

  /** Resolves when nothing of the camera is in use any more. @internal */
  async cameraClosing(): Promise<void> {
    this.#camera = undefined;
    this.#update();
    await this.#closing;
  }

  #update(): void {
    if (this.#camera && this.#isWanted) this.#begin(this.#camera);
    else this.#end();
  }

  #begin(camera: Camera): void {
    if (this.#encoding) return;
    try {
      this.#encoding = camera.encodeVideo({ ...this.#options, bitrateBps: this.#bitrateBps }, this.#handlers);
    } catch (error) {
      this.#handlers.onFailure(fromNativeError(error, 'ERR_ENCODE'), true);
    }
  }

  #end(): void {
    const encoding = this.#encoding;
    if (!encoding) return;
    this.#totals = this.statistics();
    this.#encoding = undefined;
    this.#closing = Promise.all([this.#closing, encoding.close()]).then(() => undefined);
  }
}
