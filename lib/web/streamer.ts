import type { LiveSettings, RtpDestinationConfig } from '../config/index.js';
import type { MjpegHttpOutput, Snapshots } from '../outputs/mjpeg-http/index.js';
import type { WebRtcOutput } from '../outputs/webrtc/index.js';
import type { CameraDetail, CameraStatistics } from './schemas.js';

/** What can be done with a camera, and what it shows. */
export interface CameraControl {
  readonly preview: MjpegHttpOutput;
  readonly snapshots: Snapshots;
  /** Undefined without WebRTC. */
  readonly video: WebRtcOutput | undefined;
  /** Harmless when it runs. */
  start(): void;
  /** Resolves when nothing leaves any more. */
  stop(): Promise<void>;
  /** @throws StreamerError, and then nothing has changed */
  change(settings: LiveSettings): Promise<void>;
  /** @throws StreamerError, and then nothing has changed */
  addDestination(destination: RtpDestinationConfig): Promise<void>;
  /** @throws StreamerError ERR_NOT_FOUND, ERR_CONFLICT for the last one */
  removeDestination(host: string, port: number): Promise<void>;
}

/** A camera as the server needs it. */
export interface StreamedCamera {
  readonly id: string;
  readonly control: CameraControl;
  describe(): CameraDetail;
  /** Rates are since the call before: one caller, at even times. */
  statistics(): CameraStatistics;
}

/** All that is streamed, as the server needs it. */
export interface Streamer {
  readonly cameras: readonly StreamedCamera[];
  /** Microseconds by which the second camera captures later than the first; absent where that is not known. */
  readonly skewUs: number | undefined;
  /** As the Go system shows it, without secrets. */
  publicConfig(): Record<string, unknown>;
  /**
   * Writes what was changed to the configuration file.
   *
   * @throws StreamerError ERR_CONFLICT when there is none, ERR_CONFIG_..., ERR_FILE_WRITE
   */
  save(): { file: string; saved: string[] };
  /** Calls the listener when something of a camera has changed, for good. */
  onChange(listener: (camera: StreamedCamera) => void): void;
}
