import { StreamerError } from '../errors/index.js';
import type { SlotMemory } from './slot-memory.js';

/** What the sensor says of a frame. What it does not say is absent. */
export interface SensorMetadata {
  readonly exposureTimeUs?: number;
  readonly analogueGain?: number;
  readonly digitalGain?: number;
  readonly colourTemperatureK?: number;
  readonly lensPositionDioptres?: number;
  readonly focusFom?: number;
  readonly sensorTemperatureC?: number;
  readonly lux?: number;
}

const metadataNames = [
  'exposureTimeUs',
  'analogueGain',
  'digitalGain',
  'colourTemperatureK',
  'lensPositionDioptres',
  'focusFom',
  'sensorTemperatureC',
  'lux',
] as const;

/** Who takes slots back. @internal */
export interface SlotOwner {
  readonly memory: SlotMemory;
  releaseSlot(slot: number): void;
}

/** A frame that owns its bytes. */
export interface FrameCopy {
  readonly sequence: number;
  readonly captureTimeUs: number;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * One JPEG on loan. Its bytes lie in memory that the camera uses again, so a frame is valid only until it has been
 * released as often as it was retained: a loop over `camera.frames()` releases it at the next turn. retain() keeps
 * it longer, copy() for good. A frame that is kept occupies one of the camera's few slots, and when all are
 * occupied, new frames are dropped.
 */
export class Frame {
  /** The source's own number. A gap means that frames were dropped. */
  readonly sequence: number;
  /** Microseconds of CLOCK_MONOTONIC (the clock of process.hrtime and performance): when the sensor took it. */
  readonly captureTimeUs: number;
  /** Whether the source delivered the JPEG itself. Nobody has looked into it then. */
  readonly isPassedThrough: boolean;
  /** libjpeg's quality that it was encoded with, 1..100; 0 when the source delivered the JPEG itself. */
  readonly quality: number;
  readonly #owner: SlotOwner;
  readonly #slot: number;
  #leases = 1;
  #byteLength = 0;
  #encodedTimeUs = 0;

  /** @internal */
  constructor(owner: SlotOwner, slot: number) {
    this.#owner = owner;
    this.#slot = slot;
    const { memory } = owner;
    this.sequence = memory.field(slot, 'sequence');
    this.captureTimeUs = memory.field(slot, 'captureTimeUs');
    this.isPassedThrough = memory.field(slot, 'passedThrough') === 1;
    this.quality = memory.field(slot, 'quality');
  }

  /** So many bytes are there. @internal */
  grow(byteLength: number): void {
    this.#byteLength = byteLength;
  }

  /** All bytes are there. @internal */
  complete(): void {
    this.#byteLength = this.#owner.memory.field(this.#slot, 'jpegBytes');
    this.#encodedTimeUs = this.#owner.memory.field(this.#slot, 'encodedTimeUs');
  }

  /** Bytes of the JPEG; of one that is still being encoded, so many as will not change any more. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** Microseconds of CLOCK_MONOTONIC: when the JPEG was complete; 0 before. */
  get encodedTimeUs(): number {
    return this.#encodedTimeUs;
  }

  /** Microseconds of CLOCK_MONOTONIC: when the source handed the raw frame over. */
  get receivedTimeUs(): number {
    return this.#owner.memory.field(this.#leased(), 'receivedTimeUs');
  }

  /** Microseconds of CLOCK_MONOTONIC: when the encoder began with it. */
  get encodeStartTimeUs(): number {
    return this.#owner.memory.field(this.#leased(), 'encodeStartTimeUs');
  }

  /** Pixels; 0 for JPEG files that are passed through. */
  get width(): number {
    return this.#owner.memory.field(this.#leased(), 'width');
  }

  /** Pixels; 0 for JPEG files that are passed through. */
  get height(): number {
    return this.#owner.memory.field(this.#leased(), 'height');
  }

  /**
   * The JPEG file: a view of memory that is not yours, valid as long as the frame is.
   *
   * @throws StreamerError ERR_FRAME_RELEASED
   */
  get data(): Uint8Array {
    return this.memory.subarray(0, this.byteLength);
  }

  /**
   * The memory that begins with the JPEG, byteLength bytes of it; always the same few arrays, so that nothing is
   * allocated.
   *
   * @throws StreamerError ERR_FRAME_RELEASED
   */
  get memory(): Uint8Array {
    return this.#owner.memory.view(this.#leased());
  }

  /** What the sensor says of this frame. Made at each call. */
  get metadata(): SensorMetadata {
    const slot = this.#leased();
    const entries = metadataNames
      .map((name) => [name, this.#owner.memory.field(slot, name)] as const)
      .filter(([, value]) => !Number.isNaN(value));
    return Object.fromEntries(entries);
  }

  /** Keeps the frame until release() has been called once more. */
  retain(): this {
    this.#leased();
    this.#leases += 1;
    return this;
  }

  /**
   * Gives the frame back. The last release returns its memory to the camera.
   *
   * @throws StreamerError ERR_FRAME_RELEASED when it has been given back already
   */
  release(): void {
    const slot = this.#leased();
    this.#leases -= 1;
    if (this.#leases === 0) this.#owner.releaseSlot(slot);
  }

  /** The same frame in memory of its own. */
  copy(): FrameCopy {
    const { sequence, captureTimeUs, width, height } = this;
    return { sequence, captureTimeUs, width, height, data: Uint8Array.from(this.data) };
  }

  #leased(): number {
    if (this.#leases === 0) {
      throw new StreamerError(
        'ERR_FRAME_RELEASED',
        `frame ${String(this.sequence)} has been released: retain() or copy() it to keep it`,
      );
    }
    return this.#slot;
  }
}
