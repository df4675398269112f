import type { CameraDescription, PixelSize } from '../../camera/index.js';

/**
 * What `pi-camera-streamer doctor --measure` writes as JSON. It names no person, host, address, file or setting, so that
 * it can be published.
 */
export interface MeasureReport {
  /** Counts up when a field goes away or changes its meaning. */
  readonly formatVersion: 1;
  /** The version of pi-camera-streamer. */
  readonly version: string;
  /** How long each measurement was to take. */
  readonly secondsEach: number;
  readonly machine: MachineFacts;
  /** Why the test pattern was measured in place of cameras; null where cameras were. */
  readonly withoutCamera: string | null;
  /** At least one: without a camera it is the test pattern. */
  readonly cameras: readonly CameraReport[];
  /** By the first camera. Hardware was tried first. */
  readonly h264: readonly VideoMeasurement[];
  /** The first two cameras at the same time; null where there is only one. */
  readonly together: TogetherMeasurement | null;
}

export interface MachineFacts {
  /** The board, such as `Raspberry Pi 5 Model B Rev 1.0`; null where no device tree names it. */
  readonly board: string | null;
  /** The system, such as `Debian GNU/Linux 12 (bookworm)`. */
  readonly system: string;
  /** The kernel's release, such as `6.12.20+rpt-rpi-2712`. */
  readonly kernel: string;
  /** As Node.js calls it, such as `arm64`. */
  readonly architecture: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly nodeVersion: string;
  /** The version of the library in use; null where no camera addon loads. */
  readonly libcameraVersion: string | null;
}

export interface CameraReport extends Pick<CameraDescription, 'model' | 'location' | 'sensorModes'> {
  /** From 1, in libcamera's order. */
  readonly number: number;
  /** JPEG by RTP, one size after the other. */
  readonly streams: readonly StreamMeasurement[];
}

/** Either figures, or why there are none. */
export type Outcome<F> =
  { readonly figures: F; readonly failure: null } | { readonly figures: null; readonly failure: string };

/** What was asked for. */
export interface Wanted extends PixelSize {
  readonly fpsWanted: number;
}

export type StreamMeasurement = Wanted & Outcome<StreamFigures & ProcessFigures>;

export type VideoMeasurement = Wanted & {
  readonly encoder: 'hardware' | 'openh264';
} & Outcome<VideoFigures & ProcessFigures>;

export type TogetherMeasurement = Wanted & Outcome<TogetherFigures & ProcessFigures>;

/** Figures of this process, which captures, encodes and sends. */
export interface ProcessFigures {
  /** How long was measured. */
  readonly seconds: number;
  /** 100 is one core that never rests. */
  readonly cpuPercent: number;
  /** Resident, at the end. */
  readonly memoryMiB: number;
  /** The processor's temperature at the end; null where the system does not tell it. */
  readonly temperatureC: number | null;
  /** The Raspberry Pi's firmware on power and temperature, at the end; null on other machines. */
  readonly throttled: readonly string[] | null;
}

export interface Quantiles {
  readonly median: number;
  readonly p99: number;
}

/** Of JPEG by RTP. */
export interface StreamFigures {
  /** Frames sent a second. */
  readonly fps: number;
  readonly captured: number;
  readonly encoded: number;
  readonly sent: number;
  /** Frames that were left out: reasons that happened, each with its count. */
  readonly dropped: Readonly<Record<string, number>>;
  /** How often the camera had to be started again. */
  readonly restarts: number;
  /** How long a frame was encoded; null when there was none. */
  readonly encodeMs: Quantiles | null;
  /** From the sensor's time of a frame until its JPEG was complete; null when there was none. */
  readonly captureToEncodedMs: Quantiles | null;
  /**
   * From the sensor's time of a frame until its last packet had left, which pacing puts off; null when none was sent.
   */
  readonly captureToSentMeanMs: number | null;
  /** Mean bytes of a JPEG. */
  readonly frameBytes: number;
  /** Of UDP payload. */
  readonly bitrateKbps: number;
}

/** Of H.264. */
export interface VideoFigures {
  /** Frames encoded a second. */
  readonly fps: number;
  readonly encoded: number;
  /** Frames that were left out: reasons that happened, each with its count. */
  readonly dropped: Readonly<Record<string, number>>;
  /** How long the encoder took for a frame; null when there was none. */
  readonly encodeMeanMs: number | null;
  /** From the sensor's time of a frame until the program had its video; null when there was none. */
  readonly captureToEncodedMs: Quantiles | null;
  /** Mean bytes of a frame. */
  readonly frameBytes: number;
  readonly bitrateKbps: number;
}

export interface TogetherFigures {
  /** The first camera's, then the second one's. */
  readonly streams: readonly StreamFigures[];
  /** How far apart the two captured their last 512 pairs of frames; null when there was no pair. */
  readonly skewMs: Quantiles | null;
}
