import { BitrateBound, type BoundChange, type ReportedReception } from './bitrate-bound.js';
import { BitrateMeter } from './bitrate-meter.js';
import { LeakyBucket } from './leaky-bucket.js';
import { SizeModel } from './size-model.js';

export interface RateOptions {
  /** Kilobits a second of the packets to one destination, with the headers of RTP, UDP and IP. */
  readonly maxBitrateKbps: number;
  /** Kilobits a second, 1..maxBitrateKbps: receivers' reports lower the bound no further; default a tenth of it. */
  readonly minBitrateKbps?: number;
  /** libjpeg's quality, 1..100, below which frames are left out rather; default 20. */
  readonly minQuality?: number;
}

/**
 * Why quality or bound were changed last. `size`: frames had become too large · `room`: there was room for a better
 * quality · `ceiling`: the camera's own quality was changed · `loss`, `jitter`: receivers reported it, and the bound was
 * lowered · `recovery`: receivers report no loss any more, or nothing at all, and the bound was raised again.
 */
export type RateChange = 'size' | 'room' | 'ceiling' | BoundChange;

export interface RateStatistics {
  /** libjpeg's, of the frames to come. */
  readonly quality: number;
  /** In force: less than configured while receivers report losses. */
  readonly boundKbps: number;
  /** Of the last second. */
  readonly bitrateKbps: number;
  /** How often quality or bound were changed. */
  readonly changes: number;
  /** Absent before the first one. */
  readonly lastChange?: RateChange;
  /** Frames left out, because the lowest quality was not low enough, or not soon enough. */
  readonly framesSkipped: number;
}

export const defaultMinQuality = 20;
/** Nobody knows how large the first frame will be. */
const firstQuality = 50;
/** The part of the bound that frames are to have, and the parts at which it is time for a change. */
const aim = 0.94;
const tooMuch = 0.99;
const tooLittle = 0.89;
/** Quality goes down at once, and up by this part of the way with each frame. */
const upwards = 1 / 8;
/** Above its share of the bound: so much of a second's bytes may be sent at once, and more that nobody foresaw. */
const burstSeconds = 0.08;
const surpriseSeconds = 0.1;
/** Between frames, before it is known. */
const firstFrameUs = 33_333;
/** After a longer pause the time between frames is not known any better. */
const longestFrameUs = 1_000_000;
const frameTimeSmoothing = 0.1;

/**
 * Keeps a stream to a bitrate by the quality of its frames, and by leaving some out where that is not enough. It knows
 * no clock: times are the frames' times of capture, in microseconds. The encoder may be a few frames ahead of what it
 * decides, so that it goes by the quality which each frame really had.
 */
export class RateController {
  readonly #bound: BitrateBound;
  readonly #minQuality: number;
  readonly #model = new SizeModel();
  readonly #bucket = new LeakyBucket();
  readonly #meter = new BitrateMeter();
  #quality: number;
  #ceiling = 100;
  #frameUs = firstFrameUs;
  #lastCaptureUs = 0;
  #changes = 0;
  #lastChange: RateChange | undefined;
  #framesSkipped = 0;

  constructor(options: RateOptions) {
    this.#bound = new BitrateBound(options.maxBitrateKbps, options.minBitrateKbps);
    this.#minQuality = options.minQuality ?? defaultMinQuality;
    this.#quality = Math.max(firstQuality, this.#minQuality);
  }

  /** The quality of frames to come, at most the ceiling. */
  limit(ceiling: number): number {
    const before = this.#limited();
    const isFirst = this.#model.isEmpty;
    this.#ceiling = ceiling;
    if (!isFirst) this.#noteChange(before, 'ceiling');
    return this.#limited();
  }

  /**
   * Whether a frame is to be sent; to be asked once for each.
   *
   * @param bytes - as onSent() will be told; 0: not known yet, because the frame is still being encoded
   */
  admits(captureTimeUs: number, quality: number, bytes: number): boolean {
    this.#observeTime(captureTimeUs);
    this.#changeBound(() => {
      this.#bound.recover(captureTimeUs);
    });
    const { bytesPerSecond } = this.#bound;
    this.#bucket.drain(captureTimeUs, bytesPerSecond);
    const expectedBytes = bytes || this.#model.bytesAt(quality);
    if (this.#bucket.hasRoomFor(expectedBytes, this.#depthBytes())) return true;
    this.#framesSkipped += 1;
    if (bytes > 0) this.learn(quality, bytes);
    return false;
  }

  /**
   * Takes a frame into account that was sent.
   *
   * @param quality - that it was encoded with; 0: not known, and nothing is to be learnt from it
   * @param bytes - of its packets, with the headers of RTP, UDP and IP
   */
  onSent(captureTimeUs: number, quality: number, bytes: number): void {
    const mostBytes = this.#depthBytes() + surpriseSeconds * this.#bound.bytesPerSecond;
    this.#bucket.fill(bytes, mostBytes);
    this.#meter.add(captureTimeUs, bytes);
    this.learn(quality, bytes);
  }

  /** Takes the size of a frame into account that was left out before it was known. */
  learn(quality: number, bytes: number): void {
    if (quality === 0) return;
    this.#model.add(quality, bytes);
    this.#chooseQuality();
  }

  /** Takes receivers' reports into account: see BitrateBound. */
  onReports(receivers: readonly ReportedReception[], nowUs: number): void {
    this.#changeBound(() => {
      this.#bound.onReports(receivers, nowUs);
    });
  }

  #changeBound(change: () => void): void {
    const before = this.#bound.kbps;
    change();
    if (this.#bound.kbps === before) return;
    this.#changes += 1;
    this.#lastChange = this.#bound.lastChange;
  }

  /** @param nowUs - of the clock of capture times */
  statistics(nowUs: number): RateStatistics {
    return {
      quality: this.#limited(),
      boundKbps: this.#bound.kbps,
      bitrateKbps: this.#meter.kbps(nowUs),
      changes: this.#changes,
      ...(this.#lastChange && { lastChange: this.#lastChange }),
      framesSkipped: this.#framesSkipped,
    };
  }

  #limited(): number {
    return Math.min(this.#quality, this.#ceiling);
  }

  /** One frame's share of the bound. */
  #shareBytes(): number {
    return (this.#bound.bytesPerSecond * this.#frameUs) / 1e6;
  }

  #depthBytes(): number {
    return this.#shareBytes() + burstSeconds * this.#bound.bytesPerSecond;
  }

  #observeTime(captureTimeUs: number): void {
    const sinceUs = captureTimeUs - this.#lastCaptureUs;
    this.#lastCaptureUs = captureTimeUs;
    if (sinceUs <= 0 || sinceUs > longestFrameUs) return;
    this.#frameUs += (sinceUs - this.#frameUs) * frameTimeSmoothing;
  }

  #chooseQuality(): void {
    const before = this.#limited();
    const min = Math.min(this.#minQuality, this.#ceiling);
    const shareBytes = this.#shareBytes();
    const expectedBytes = this.#model.bytesAt(before);
    const wanted = this.#model.qualityFor(aim * shareBytes, min, this.#ceiling);
    if (expectedBytes > tooMuch * shareBytes) {
      this.#quality = Math.min(wanted, before);
      this.#noteChange(before, 'size');
    } else if (expectedBytes < tooLittle * shareBytes && wanted > before) {
      this.#quality = before + Math.ceil((wanted - before) * upwards);
      this.#noteChange(before, 'room');
    }
  }

  #noteChange(before: number, reason: RateChange): void {
    if (this.#limited() === before) return;
    this.#changes += 1;
    this.#lastChange = reason;
  }
}
