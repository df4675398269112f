import { StreamerError, errorCodes, type ErrorCode } from '../errors/index.js';
import { nativeAbiVersion } from './abi-version.js';
import { searchAddon, type AddonSearch } from './loader.js';
import { coreMissing } from './missing-addon.js';
import type { NativeVideoOptions, NativeVideoSession, VideoPlan } from './video-session.js';

/** A frame source inside an addon, not yet given to a capture session. Opaque. */
export interface NativeSource {
  readonly __nativeSource: never;
}

/** What can be done to the picture; rotations are clockwise. */
export const flips = [
  'none',
  'horizontal-flip',
  'vertical-flip',
  'rotate-90',
  'rotate-180',
  'rotate-270',
] as const;
export type Flip = (typeof flips)[number];

export interface TestSourceOptions {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly flip: Flip;
  readonly paced: boolean;
}

export interface FileSourceOptions {
  readonly path: string;
  /** Frames per second; 0: the file's own, else 30. */
  readonly fps: number;
  readonly flip: Flip;
  readonly paced: boolean;
  readonly loop: boolean;
}

/** A value of a libcamera control. */
export type ControlValue = boolean | number | string | readonly number[];

/** A part of the picture, in pixels after orientation. */
export interface CropRectangle {
  readonly x: number;
  readonly y: number;
  /** 0: to the edge. */
  readonly width: number;
  /** 0: to the edge. */
  readonly height: number;
}

export interface EncodeOptions {
  /** libjpeg's, 1..100. */
  readonly quality: number;
  readonly crop: CropRectangle;
  /** Size of the result in pixels; 0 x 0: no scaling. */
  readonly target: { readonly width: number; readonly height: number };
  /** For sources whose own label of their range is known to be false. */
  readonly colorRange: 'auto' | 'full' | 'limited';
  /** MCUs, 0..65535; 0: no restart markers. */
  readonly restartInterval: number;
  /** That encode a frame, 1..8; several need restart intervals. */
  readonly threads: number;
  /** How often to tell of a frame that is still being encoded, in microseconds; 0: not at all. */
  readonly progressIntervalUs: number;
}

/** What a source and encode options will make. */
export interface CapturePlan {
  /** Pixels of the JPEG; 0 when the source passes JPEG files through. */
  readonly width: number;
  readonly height: number;
  /** No frame is longer. */
  readonly maxBytes: number;
  readonly sourceWidth: number;
  readonly sourceHeight: number;
  /** 0: not known. */
  readonly fps: number;
  /** Whether the camera follows the sync mode that was asked for. */
  readonly synchronised: boolean;
  /** Whether frames come by themselves and are dropped when there is no room, as a camera's. */
  readonly live: boolean;
  readonly name: string;
  /** The source's own name of its colour space. */
  readonly colorLabel: string;
}

/** `end`: no more frames; `unusable`: starting again cannot help; `note`: what the source decided by itself. */
export type SourceEvent = 'end' | 'failed' | 'disconnected' | 'unusable' | 'note';

/** Numbers for each slot in the fields array. */
export const fieldsPerSlot = 18;

/** Where each number of a slot stands in the fields array. */
export const slotField = {
  jpegBytes: 0,
  encodedTimeUs: 1,
  captureTimeUs: 2,
  sequence: 3,
  width: 4,
  height: 5,
  /** 1 when the source delivered the JPEG itself, else 0. */
  passedThrough: 6,
  exposureTimeUs: 7,
  analogueGain: 8,
  digitalGain: 9,
  colourTemperatureK: 10,
  lensPositionDioptres: 11,
  focusFom: 12,
  sensorTemperatureC: 13,
  lux: 14,
  /** libjpeg's, 1..100; 0 when the source delivered the JPEG itself. */
  quality: 15,
  receivedTimeUs: 16,
  encodeStartTimeUs: 17,
} as const;

/** Order of the numbers that readCounters() of a capture session writes. */
export const captureCounterNames = [
  'captured',
  'encoded',
  'droppedEncoder',
  'droppedNoSlot',
  'droppedFailed',
  'encodeTimeUs',
  'sourceFramesLost',
  'sourceFramesFailed',
  'startupFrames',
  'timestampsMissing',
] as const;

export interface NativeCaptureSession {
  start(): Promise<void>;
  /** Stops the source, for start() to start it again. */
  pause(): Promise<void>;
  /** For good: the source is let go. */
  stop(): Promise<void>;
  release(slot: number): boolean;
  replaceSlot(slot: number, memory: ArrayBuffer): void;
  setQuality(quality: number): void;
  /** MCUs, 1..65535. */
  setRestartInterval(mcus: number): void;
  /** Whether frames become JPEGs; they do at first. */
  setEncoding(isEncoding: boolean): void;
  /** Of the camera, by libcamera's names; all of them or, when it throws, none. */
  setControls(controls: Readonly<Record<string, ControlValue>>): void;
  readCounters(counters: Float64Array): void;
}

export interface NativeUdpOptions {
  /** Numeric, IPv4 or IPv6. */
  readonly address: string;
  readonly port: number;
  /** Numeric; empty: any. */
  readonly localAddress: string;
  /** 0: any. */
  readonly localPort: number;
  /** Whether other sockets may be bound to the same address and port. */
  readonly localPortShared: boolean;
  /** 0..63. */
  readonly dscp: number;
  /** TTL of IPv4, hop limit of IPv6, 1..255; 0: the system's, 1 for multicast. */
  readonly hopLimit: number;
  /** Name, such as eth0; empty: by the routing table. */
  readonly multicastInterface: string;
  readonly multicastLoopback: boolean;
  readonly sendBufferBytes: number;
  /** Whether to try UDP_SEGMENT. */
  readonly segmentation: boolean;
  /** Whether to try SO_TXTIME. */
  readonly kernelDepartureTimes: boolean;
}

/** Order of the numbers that readCounters() of a UDP sender writes. */
export const udpCounterNames = [
  'packetsSent',
  'bytesSent',
  'packetsDropped',
  'errorsRefused',
  'errorsUnreachable',
  'errorsNoBuffer',
  'errorsTooLong',
  'errorsOther',
  'segmentationLost',
] as const;

/** What a sender uses of the kernel, now. */
export interface UdpSenderState {
  readonly localPort: number;
  readonly segmentation: boolean;
  readonly kernelDepartureTimes: boolean;
}

/** Classes that readDepartureErrors() writes: whole microseconds up to 15, then eight an octave. */
export const departureErrorClasses = 176;

/** What submit() returns: not taken; queued; sent already, which is not reported. */
export const taken = { not: 0, queued: 1, sent: 2 } as const;
export type Taken = (typeof taken)[keyof typeof taken];

export interface NativeUdpSender {
  submit(
    id: number,
    isReported: boolean,
    headers: Uint8Array,
    slices: Uint32Array,
    bursts: Float64Array,
    burstCount: number,
    payload: Uint8Array,
  ): Taken;
  close(): Promise<void>;
  describe(): UdpSenderState;
  /** A descriptor of the caller's own to receive by; -1 once closed. */
  duplicateDescriptor(): number;
  readCounters(counters: Float64Array): void;
  readDepartureErrors(counts: Float64Array): void;
}

/** What the core addon exports. */
export interface CoreAddon {
  readonly nativeAbiVersion: number;
  readonly sourceAbiVersion: number;
  /** CLOCK_REALTIME minus CLOCK_MONOTONIC, in microseconds. */
  wallClockOffsetUs(): number;
  /** Without waiting for threads and without any cleanup: for when libcamera is stuck. */
  exitAtOnce(exitCode: number): never;
  /** Gives memory that native code has freed back to the system. */
  trimHeaps(): void;
  /**
   * Sends a datagram to systemd's socket, a path or `@` and an abstract name, and does not wait. Returns 0, or the errno
   * of what failed.
   */
  notifyService(socketPath: string, message: string): number;
  openTestSource(options: TestSourceOptions): Promise<NativeSource>;
  openFileSource(options: FileSourceOptions): Promise<NativeSource>;
  planCapture(source: NativeSource, options: EncodeOptions): CapturePlan;
  /**
   * Writes a smaller JPEG of a JPEG to output, for previews; its size is rounded up to whole pixels. Resolves to the
   * bytes written. Neither array may be changed or released before. Rejects with ERR_ENCODE when the JPEG is damaged or
   * progressive, when it has more than 64 megapixels, and when output is too small.
   */
  scaleJpeg(jpeg: Uint8Array, output: Uint8Array, denominator: 2 | 4 | 8): Promise<number>;
  readonly CaptureSession: new (
    source: NativeSource,
    options: EncodeOptions,
    slots: readonly ArrayBuffer[],
    fields: Float64Array,
    onFrame: (slot: number, readyBytes: number) => void,
    onEvent: (event: SourceEvent, code: string, message: string) => void,
  ) => NativeCaptureSession;
  /** Throws ERR_CONFIG_CONFLICT when the session's source can't become video. */
  planVideo(session: NativeCaptureSession, options: NativeVideoOptions): VideoPlan;
  readonly VideoSession: new (
    session: NativeCaptureSession,
    options: NativeVideoOptions,
    slots: readonly ArrayBuffer[],
    fields: Float64Array,
    onVideo: (slot: number) => void,
    onFailed: (code: string, message: string, isOver: boolean) => void,
  ) => NativeVideoSession;
  readonly UdpSender: new (options: NativeUdpOptions, onSent: (id: number) => void) => NativeUdpSender;
}

let search: AddonSearch<CoreAddon> | undefined;

/** Looks for the core addon, once for the process. */
export function searchCoreAddon(): AddonSearch<CoreAddon> {
  search ??= searchAddon<CoreAddon>({
    subfolder: '',
    choose: (names) => names.filter((name) => name === 'core.node'),
    mismatch: abiMismatch,
  });
  return search;
}

/**
 * The core addon, loaded at the first call.
 *
 * @throws StreamerError ERR_NATIVE_MISSING, ERR_ADDON_MISMATCH
 */
export function coreAddon(): CoreAddon {
  const { loaded, attempts } = searchCoreAddon();
  if (!loaded) throw coreMissing(attempts);
  return loaded.addon;
}

/** Why TypeScript can't speak with an addon; empty when it can. */
export function abiMismatch(addon: { readonly nativeAbiVersion?: number }): string {
  if (addon.nativeAbiVersion === nativeAbiVersion) return '';
  const spoken =
    addon.nativeAbiVersion === undefined ? 'no version' : `version ${String(addon.nativeAbiVersion)}`;
  return `speaks ${spoken} of the native interface, and this package version ${String(nativeAbiVersion)}`;
}

/** An error from an addon, which carries one of our codes, as a StreamerError. */
export function fromNativeError(error: unknown, fallback: ErrorCode): StreamerError {
  if (error instanceof StreamerError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return new StreamerError(isErrorCode(code) ? code : fallback, message, error);
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCodes, code);
}
