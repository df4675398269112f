import { SkewMeter, type Frame } from '../../camera/index.js';
import { RtpOutput } from '../../outputs/rtp/index.js';
import { Pipeline } from '../../pipeline/index.js';
import { FrameMeter } from '../frame-meter.js';
import { nonZero, round } from '../report-values.js';
import { StreamReporter, type StreamReport } from '../stream-report.js';
import type { DefaultOptions } from './default-options.js';
import { frameTimes, quantilesMs } from './frame-times.js';
import type { StreamFigures, TogetherFigures } from './report.js';
import type { Subject } from './stream-for.js';

/** A camera that streams JPEG by RTP. */
export class MeasuredStream implements Subject<StreamFigures> {
  readonly pipelines: readonly Pipeline[];
  readonly #meter = new FrameMeter();
  readonly #reporter: StreamReporter;
  readonly #onFrame: (frame: Frame) => void;
  #encodeUs = frameTimes();
  #captureToEncodedUs = frameTimes();
  #before: StreamReport;

  /** @param onFrame - called for every frame */
  constructor({ camera, rtp }: DefaultOptions, onFrame: (frame: Frame) => void = () => undefined) {
    const output = new RtpOutput(rtp);
    const pipeline = new Pipeline({
      name: String(camera.device),
      camera,
      outputs: [output],
      onFrame: (frame) => {
        this.#observe(frame);
      },
    });
    this.pipelines = [pipeline];
    this.#onFrame = onFrame;
    this.#reporter = new StreamReporter({ pipeline, output, meter: this.#meter });
    this.#before = this.#reporter.report(false);
  }

  begin(): void {
    this.#encodeUs = frameTimes();
    this.#captureToEncodedUs = frameTimes();
    this.#before = this.#reporter.report(false);
  }

  figures(): StreamFigures {
    const before = this.#before;
    const after = this.#reporter.report(false);
    const sent = after.sent - before.sent;
    const meanMs = Object.values(after.latencyMs).reduce((sum, stageMs) => sum + stageMs, 0);
    return {
      fps: after.fps,
      captured: after.captured - before.captured,
      encoded: after.encoded - before.encoded,
      sent,
      dropped: framesDropped(before.dropped, after.dropped),
      restarts: after.restarts - before.restarts,
      encodeMs: quantilesMs(this.#encodeUs.quantiles()),
      captureToEncodedMs: quantilesMs(this.#captureToEncodedUs.quantiles()),
      captureToSentMeanMs: sent > 0 ? round(meanMs, 3) : null,
      frameBytes: after.frameBytes,
      bitrateKbps: after.bitrateKbps,
    };
  }

  #observe(frame: Frame): void {
    this.#meter.observe(frame);
    this.#encodeUs.add(frame.encodedTimeUs - frame.encodeStartTimeUs);
    this.#captureToEncodedUs.add(frame.encodedTimeUs - frame.captureTimeUs);
    this.#onFrame(frame);
  }
}

/** Counts the dropped frames between two reports. */
function framesDropped(
  before: StreamReport['dropped'],
  after: StreamReport['dropped'],
): Record<string, number> {
  const frames = Object.entries(after).filter(([reason]) => reason !== 'packets');
  return nonZero(
    Object.fromEntries(frames.map(([reason, count]) => [reason, count - (before[reason] ?? 0)])),
  );
}

/** Two cameras that stream JPEG by RTP at the same time. */
export class MeasuredPair implements Subject<TogetherFigures> {
  readonly pipelines: readonly Pipeline[];
  readonly #streams: readonly MeasuredStream[];
  readonly #skew: SkewMeter;

  constructor(first: DefaultOptions, second: DefaultOptions, fps: number) {
    this.#skew = new SkewMeter(fps);
    const observe =
      (side: 0 | 1) =>
      ({ captureTimeUs }: Frame): void => {
        this.#skew.observe(side, captureTimeUs);
      };
    this.#streams = [new MeasuredStream(first, observe(0)), new MeasuredStream(second, observe(1))];
    this.pipelines = this.#streams.flatMap(({ pipelines }) => pipelines);
  }

  begin(): void {
    for (const stream of this.#streams) stream.begin();
  }

  figures(): TogetherFigures {
    const skew = this.#skew.statistics();
    return {
      streams: this.#streams.map((stream) => stream.figures()),
      skewMs: quantilesMs(skew && { p50: skew.p50Us, p99: skew.p99Us }),
    };
  }
}
