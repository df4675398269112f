import { EventEmitter } from 'node:events';
import { StreamerError } from '../errors/index.js';
import {
  captureCounterNames,
  coreAddon,
  fromNativeError,
  isErrorCode,
  type CapturePlan,
  type ControlValue,
  type EncodeOptions,
  type NativeCaptureSession,
  type SourceEvent,
} from '../native/core-addon.js';
import { Frame, type SlotOwner } from './frame.js';
import type { CameraEvents, EncodingSettings, FrameConsumer } from './frame-consumer.js';
import { FrameIterator, type FrameIteratorOptions } from './frame-iterator.js';
import { checkOptions } from './check-options.js';
import { openSource, type CameraOptions, type SyncMode } from './open-source.js';
import { SlotMemory } from './slot-memory.js';
import { VideoEncoding, type VideoHandlers, type VideoOptions } from './video-encoding.js';

/** Since the camera was opened. */
export type CaptureStatistics = Readonly<Record<(typeof captureCounterNames)[number], number>>;

/** How the camera's frames are encoded. */
export interface EncoderOptions extends EncodeOptions {
  /** Whether consumers choose the restart interval. */
  readonly autoRestartInterval: boolean;
}

/** One open camera. Capture begins with start(), attach() or frames(). */
export class Camera extends EventEmitter<CameraEvents> {
  /** What comes out: size, rate, names. */
  readonly plan: CapturePlan;
  /** Whether it exposes at the same time as another camera; absent where that was not asked for, or it can't. */
  readonly syncMode: SyncMode | undefined;
  readonly #session: NativeCaptureSession;
  readonly #slots: SlotOwner;
  // Replaced, never changed, so that a consumer may leave while a frame goes round.
  #consumers: readonly FrameConsumer[] = [];
  readonly #counters = new Float64Array(captureCounterNames.length);
  // What the options or setQuality() said. Consumers may lower it.
  #quality: number;
  // What the encoder was told last, and what consumers make of it now.
  readonly #encoding: EncodingSettings;
  readonly #wanted: EncodingSettings;
  readonly #encoder: EncoderOptions;
  #isEncoding = true;
  #isStarted = false;
  // One start or pause after the other.
  #lastChange: Promise<void> = Promise.resolve();
  // The last one that was asked for.
  #video: VideoEncoding | undefined;
  #closed: Promise<void> | undefined;
  #atEnd = false;
  // The frame that is being encoded, if its consumers know of it.
  #growing: Frame | undefined;
  #failure: StreamerError | undefined;

  /** Use {@link openCamera}. @internal */
  constructor(
    plan: CapturePlan,
    syncMode: SyncMode | undefined,
    encoder: EncoderOptions,
    memory: SlotMemory,
    makeSession: (
      onFrame: (slot: number, readyBytes: number) => void,
      onEvent: (event: SourceEvent, code: string, message: string) => void,
    ) => NativeCaptureSession,
  ) {
    super();
    this.plan = plan;
    this.syncMode = syncMode;
    const { quality, restartInterval } = encoder;
    this.#encoder = encoder;
    this.#quality = quality;
    this.#encoding = { quality, restartInterval };
    this.#wanted = { quality, restartInterval };
    this.#slots = {
      memory,
      releaseSlot: (slot) => {
        this.#releaseSlot(slot, memory);
      },
    };
    this.#session = makeSession(
      (slot, readyBytes) => {
        this.#dispatch(slot, readyBytes);
      },
      (event, code, message) => {
        this.#handleEvent(event, code, message);
      },
    );
  }

  /** Begins to capture, at first or after pause(). Resolves when the camera runs. Harmless when it does already. */
  start(): Promise<void> {
    if (this.#closed) return Promise.reject(new StreamerError('ERR_CLOSED', 'the camera has been closed'));
    if (!this.#isStarted) {
      this.#isStarted = true;
      this.#lastChange = this.#lastChange
        .then(() => this.#session.start())
        .catch((error: unknown) => {
          throw fromNativeError(error, 'ERR_CAMERA_FAILED');
        });
    }
    return this.#lastChange;
  }

  /** Stops capture and keeps the camera, for start() to go on. Frames on loan stay valid. Harmless when it is stopped. */
  pause(): Promise<void> {
    if (this.#isStarted && !this.#closed) {
      this.#isStarted = false;
      this.#lastChange = this.#lastChange
        .then(() => this.#session.pause())
        .then(() => {
          this.#failure = undefined;
        });
    }
    return this.#lastChange;
  }

  /** Gives the camera's frames to a consumer, such as an RTP output, and starts the camera. */
  async attach(consumer: FrameConsumer): Promise<void> {
    if (!this.#consumers.includes(consumer)) this.#consumers = [...this.#consumers, consumer];
    this.#adjust(); // the first frame is to be as they want it, too
    await this.start();
  }

  detach(consumer: FrameConsumer): void {
    this.#consumers = this.#consumers.filter((other) => other !== consumer);
  }

  /**
   * The camera's frames, for `for await`. A frame is valid until the loop's next turn. Ends when the camera is
   * closed, the file ends, or the signal is aborted; throws when the camera fails.
   */
  frames(options: FrameIteratorOptions = {}): AsyncIterableIterator<Frame> {
    return new FrameIterator(this, options);
  }

  /** Changes libjpeg's quality, 1..100, from the next frame on. An output that controls the bitrate may lower it. */
  setQuality(quality: number): void {
    if (!Number.isInteger(quality) || quality < 1 || quality > 100) {
      throw new StreamerError('ERR_INVALID_ARGUMENT', `quality is 1..100, not ${String(quality)}`);
    }
    this.#quality = quality;
    this.#adjust();
  }

  /**
   * Sets controls of the camera by libcamera's names, from the next frame that it is asked for on: a few frames later
   * pictures show it. All of them or none.
   *
   * @throws StreamerError ERR_CAMERA_CONFIG that names the control; ERR_CLOSED
   */
  setControls(controls: Readonly<Record<string, ControlValue>>): void {
    if (this.#closed) throw new StreamerError('ERR_CLOSED', 'the camera has been closed');
    try {
      this.#session.setControls(controls);
    } catch (error) {
      throw fromNativeError(error, 'ERR_CAMERA_CONFIG');
    }
  }

  /**
   * Encodes the camera's frames to video, too, from the next one on, until the result is closed or the camera is. One
   * at a time: a further one takes the place of the one before.
   *
   * @throws StreamerError ERR_CONFIG_CONFLICT when the source can't become video, ERR_CLOSED
   */
  encodeVideo(options: VideoOptions, handlers: VideoHandlers): VideoEncoding {
    if (this.#closed) throw new StreamerError('ERR_CLOSED', 'the camera has been closed');
    const { crop, target, colorRange } = this.#encoder;
    const fps = this.plan.fps > 0 ? this.plan.fps : 30;
    this.#video = new VideoEncoding(this.#session, { ...options, crop, target, colorRange, fps }, handlers);
    return this.#video;
  }

  statistics(): CaptureStatistics {
    this.#session.readCounters(this.#counters);
    const entries = captureCounterNames.map((name, i) => [name, this.#counters[i] ?? 0]);
    return Object.fromEntries(entries) as CaptureStatistics;
  }

  /** Stops capture and lets the camera go. Frames that are still on loan stay valid. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #releaseSlot(slot: number, memory: SlotMemory): void {
    if (memory.isDetached(slot)) {
      this.#session.replaceSlot(slot, memory.replace(slot, this.plan.maxBytes));
    }
    this.#session.release(slot);
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /** Whether no more frames will come: the camera has been closed, or the file has ended. */
  get ended(): boolean {
    return this.closed || this.#atEnd;
  }

  /** Why the source's frames have stopped; absent while all is well. */
  get failure(): StreamerError | undefined {
    return this.#failure;
  }

  async #close(): Promise<void> {
    await this.#lastChange.catch(() => undefined); // whoever started it has been told
    await Promise.all([this.#session.stop(), this.#video?.close()]);
    const growing = this.#growing;
    this.#growing = undefined;
    if (growing) {
      this.#show(growing, 'abandon');
      growing.release();
    }
    this.emit('end');
    this.removeAllListeners();
    this.#consumers = [];
  }

  /**
   * @param readyBytes - 0: the frame is complete; more: so much of it is; -1: it will not be completed; -2: it was not
   *   encoded
   */
  #dispatch(slot: number, readyBytes: number): void {
    if (readyBytes === -2) {
      this.#passOver();
      return;
    }
    const frame = this.#growing ?? new Frame(this.#slots, slot);
    this.#growing = undefined;
    if (readyBytes > 0) {
      this.#growing = frame;
      frame.grow(readyBytes);
      this.#show(frame, 'takePart');
      return;
    }
    if (readyBytes === 0) frame.complete();
    this.#show(frame, readyBytes === 0 ? 'take' : 'abandon');
    frame.release();
    this.#adjust();
  }

  /** Tells the encoder what consumers want. */
  #adjust(): void {
    const wanted = this.#wanted;
    const encoding = this.#encoding;
    wanted.quality = this.#quality;
    wanted.restartInterval = encoding.restartInterval;
    for (const consumer of this.#consumers) consumer.adjust?.(wanted);
    if (wanted.quality !== encoding.quality) this.#session.setQuality(wanted.quality);
    encoding.quality = wanted.quality;
    this.#adjustWhetherEncoding();
    if (!this.#encoder.autoRestartInterval || wanted.restartInterval === encoding.restartInterval) return;
    this.#session.setRestartInterval(wanted.restartInterval);
    encoding.restartInterval = wanted.restartInterval;
  }

  #adjustWhetherEncoding(): void {
    const isWanted =
      this.#consumers.length === 0 || this.#consumers.some((consumer) => consumer.wantsFrames?.() ?? true);
    if (isWanted === this.#isEncoding) return;
    this.#isEncoding = isWanted;
    this.#session.setEncoding(isWanted);
  }

  #passOver(): void {
    for (const consumer of this.#consumers) consumer.passOver?.();
    this.#adjust();
  }

  #show(frame: Frame, how: 'take' | 'takePart' | 'abandon'): void {
    for (const consumer of this.#consumers) {
      try {
        consumer[how]?.(frame);
      } catch (error) {
        this.detach(consumer);
        const { code, message } = fromNativeError(error, 'ERR_CAMERA_FAILED');
        const where = `${this.plan.name}, frame ${String(frame.sequence)}`;
        this.emit('failure', new StreamerError(code, `${where}: ${message}`, error));
      }
    }
  }

  #handleEvent(event: SourceEvent, code: string, message: string): void {
    if (event === 'note') {
      this.emit('note', message);
      return;
    }
    if (event === 'end') {
      this.#atEnd = true;
      this.emit('end');
      return;
    }
    this.#failure = new StreamerError(isErrorCode(code) ? code : 'ERR_CAMERA_FAILED', message);
    this.emit('failure', this.#failure);
  }
}

/**
 * Opens a camera, the test pattern or a file.
 *
 * @throws StreamerError: no such camera, camera busy, impossible options, no addon
 */
export async function openCamera(options: CameraOptions = {}): Promise<Camera> {
  const { encode, slots } = checkOptions(options);
  try {
    const source = await openSource(options);
    const addon = coreAddon();
    const plan = addon.planCapture(source, encode);
    const memory = new SlotMemory(slots, plan.maxBytes);
    return new Camera(
      plan,
      plan.synchronised ? options.syncMode : undefined,
      { ...encode, autoRestartInterval: options.restartInterval === 'auto' },
      memory,
      (onFrame, onEvent) =>
        new addon.CaptureSession(source, encode, memory.buffers, memory.fields, onFrame, onEvent),
    );
  } catch (error) {
    throw fromNativeError(error, 'ERR_CAMERA_FAILED');
  }
}
