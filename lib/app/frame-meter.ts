import type { Frame } from '../camera/index.js';
import { LatencyHistogram } from '../util/latency-histogram.js';

/** What the frames of one camera were like, since the program began: a stop and a start do not reset it. */
export class FrameMeter {
  /** From the sensor's time until the program had the frame. */
  readonly captureLatency = new LatencyHistogram();
  /** From there until the encoder began. */
  readonly queueLatency = new LatencyHistogram();
  readonly encodeLatency = new LatencyHistogram();
  #frames = 0;
  #jpegBytes = 0;
  #lastSequence = 0;
  #lastQuality = 0;

  get frames(): number {
    return this.#frames;
  }

  get jpegBytes(): number {
    return this.#jpegBytes;
  }

  /** Of the last frame; 0 before the first. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** Of the last frame; 0 when the source delivered the JPEG itself. */
  get lastQuality(): number {
    return this.#lastQuality;
  }

  observe(frame: Frame): void {
    const { captureTimeUs, receivedTimeUs, encodeStartTimeUs, encodedTimeUs } = frame;
    this.#frames += 1;
    this.#jpegBytes += frame.byteLength;
    this.#lastSequence = frame.sequence;
    this.#lastQuality = frame.quality;
    this.captureLatency.add(receivedTimeUs - captureTimeUs);
    this.queueLatency.add(encodeStartTimeUs - receivedTimeUs);
    this.encodeLatency.add(encodedTimeUs - encodeStartTimeUs);
  }
}
