import type { CameraStream } from '../camera-stream.js';
import type { CameraStatus } from './status-line.js';

type ReportedStream = Pick<CameraStream, 'name' | 'pipeline' | 'output' | 'video'>;

/** Over less than this a rate would be that of a few frames. */
const leastMs = 900;

/** Tells again and again how a camera is. */
export class CameraStatusMeter {
  readonly #stream: ReportedStream;
  #fps: number | undefined;
  #captured = 0;
  #sinceMs: number | undefined;

  constructor(stream: ReportedStream) {
    this.#stream = stream;
  }

  read(nowMs: number): CameraStatus {
    const { name, pipeline, output, video } = this.#stream;
    this.#measure(pipeline.state === 'streaming', pipeline.captureStatistics.captured ?? 0, nowMs);
    return {
      ...{ name, state: pipeline.state, fps: this.#fps, destination: output.destination },
      viewers: video?.statistics().viewers.length,
      errorCode: (pipeline.state === 'failed' ? pipeline.error : pipeline.lastFailure)?.code,
    };
  }

  #measure(isStreaming: boolean, captured: number, nowMs: number): void {
    if (!isStreaming || this.#sinceMs === undefined || captured < this.#captured) {
      this.#fps = undefined;
    } else {
      const elapsedMs = nowMs - this.#sinceMs;
      if (elapsedMs < leastMs) return;
      this.#fps = ((captured - this.#captured) * 1000) / elapsedMs;
    }
    this.#captured = captured;
    this.#sinceMs = isStreaming ? nowMs : undefined;
  }
}
