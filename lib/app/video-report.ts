import { nonZero, round } from './report-values.js';
import type { CameraVideo } from './camera-video.js';

/** What is reported of a camera's video. Counts are since the program began. */
export interface VideoReport {
  readonly viewers: number;
  /** Frames encoded a second, since the report before; in the last report since the start. */
  readonly fps: number;
  /** Kilobits a second as encoded, over the same time; each viewer gets as many. */
  readonly bitrateKbps: number;
  /** Mean bytes of a frame, over the same time; 0 when there was none. */
  readonly frameBytes: number;
  readonly keyframes: number;
  /** Mean milliseconds from capture until a frame has been handed to all viewers, over the same time; 0 without any. */
  readonly latencyMs: number;
  /** Reasons that happened, each with its count. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** Makes reports of one camera's video, one after the other. */
export class VideoReporter {
  readonly #video: CameraVideo;
  #start = { timeMs: performance.now(), encoded: 0, bytes: 0, latencySumUs: 0, latencyCount: 0 };
  #last = this.#start;

  constructor(video: CameraVideo) {
    this.#video = video;
  }

  /** @param sinceStart - rates over the whole time, for the last report */
  report(sinceStart: boolean): VideoReport {
    const { feed, output, latency } = this.#video;
    const { encoded = 0, bytes = 0, keyframes = 0, droppedEncoder, droppedNoSlot } = feed.statistics();
    const last = sinceStart ? this.#start : this.#last;
    const now = {
      ...{ timeMs: performance.now(), encoded, bytes },
      ...{ latencySumUs: latency.sumUs, latencyCount: latency.count },
    };
    this.#last = now;
    const seconds = Math.max((now.timeMs - last.timeMs) / 1000, 1e-3);
    const frames = encoded - last.encoded;
    const latencies = now.latencyCount - last.latencyCount;
    return {
      viewers: output.statistics().viewers.filter(({ isConnected }) => isConnected).length,
      fps: round(frames / seconds, 2),
      bitrateKbps: round(((bytes - last.bytes) * 8) / 1000 / seconds, 0),
      frameBytes: round((bytes - last.bytes) / Math.max(frames, 1), 0),
      keyframes,
      latencyMs: round((now.latencySumUs - last.latencySumUs) / Math.max(latencies, 1) / 1000, 3),
      dropped: nonZero({ encoderBusy: droppedEncoder, noSlot: droppedNoSlot }),
    };
  }
}
