import type { CaptureStatistics, SkewStatistics, VideoStatistics } from '../camera/index.js';
import type { MjpegHttpStatistics } from '../outputs/mjpeg-http/index.js';
import type { RtpOutputStatistics } from '../outputs/rtp/index.js';
import type { WebRtcOutputStatistics } from '../outputs/webrtc/index.js';
import type { PipelineState } from '../pipeline/index.js';
import type { LatencyHistogram } from '../util/latency-histogram.js';

/** What is known of a camera at the moment of a scrape. Counts are since its start, and begin anew with the next. */
export interface CameraSource {
  readonly name: string;
  readonly state: PipelineState;
  readonly restarts: number;
  readonly capture: Partial<CaptureStatistics>;
  readonly rtp: RtpOutputStatistics;
  readonly preview: MjpegHttpStatistics;
  /** Bytes of all JPEGs. */
  readonly jpegBytes: number;
  /** libjpeg's, of the last frame; 0 when the source delivers JPEG. */
  readonly quality: number;
  readonly captureLatency: LatencyHistogram;
  readonly queueLatency: LatencyHistogram;
  readonly encodeLatency: LatencyHistogram;
  /** Absent in mode mjpeg-rtp. */
  readonly video?: VideoSource;
}

/** Counts are since the program began. */
export interface VideoSource {
  readonly webrtc: WebRtcOutputStatistics;
  readonly encoding: Partial<VideoStatistics>;
}

export interface MetricsSources {
  /** Of this package. */
  readonly version: string;
  cameras(): readonly CameraSource[];
  skew(): SkewStatistics | undefined;
}
