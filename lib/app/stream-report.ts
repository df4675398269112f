import type { RtpOutput } from '../outputs/rtp/index.js';
import type { Pipeline } from '../pipeline/index.js';

/** What is logged of a camera at each interval and at the end. Counts are since the start. */
export interface StreamReport {
  readonly camera: string;
  readonly state: string;
  readonly restarts: number;
  readonly captured: number;
  readonly encoded: number;
  /** Frames handed to the socket. */
  readonly sent: number;
  readonly packets: number;
  /** Frames sent a second, since the report before; in the last report since the start. */
  readonly fps: number;
  /** Kilobits a second of UDP payload, over the same time. */
  readonly bitrateKbps: number;
  /** Milliseconds a frame, over all frames. */
  readonly encodeMs: number;
  /** Reasons that happened, each with its count. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Errors of the network that happened, each with its count. */
  readonly errors: Readonly<Record<string, number>>;
}

/** Makes reports of one camera, one after the other. */
export class StreamReporter {
  readonly #pipeline: Pipeline;
  readonly #output: RtpOutput;
  readonly #startMs = performance.now();
  #lastMs = this.#startMs;
  #lastSent = 0;
  #lastBytes = 0;

  constructor(pipeline: Pipeline, output: RtpOutput) {
    this.#pipeline = pipeline;
    this.#output = output;
  }

  /** @param sinceStart - rates over the whole time, for the last report */
  report(sinceStart: boolean): StreamReport {
    if (sinceStart) {
      this.#lastMs = this.#startMs;
      this.#lastSent = 0;
      this.#lastBytes = 0;
    }
    const capture = this.#pipeline.captureStatistics;
    const { framesSent, framesDroppedBusy, framesDroppedNotReady, socket } = this.#output.statistics();
    const nowMs = performance.now();
    const seconds = Math.max((nowMs - this.#lastMs) / 1000, 1e-3);
    const bytes = socket?.bytesSent ?? 0;
    const rates = {
      fps: round((framesSent - this.#lastSent) / seconds, 2),
      bitrateKbps: round(((bytes - this.#lastBytes) * 8) / 1000 / seconds, 0),
    };
    this.#lastMs = nowMs;
    this.#lastSent = framesSent;
    this.#lastBytes = bytes;
    return {
      camera: this.#pipeline.name,
      state: this.#pipeline.state,
      restarts: this.#pipeline.restarts,
      captured: capture.captured ?? 0,
      encoded: capture.encoded ?? 0,
      sent: framesSent,
      packets: socket?.packetsSent ?? 0,
      ...rates,
      encodeMs: round((capture.encodeTimeUs ?? 0) / 1000 / Math.max(capture.encoded ?? 0, 1), 2),
      dropped: nonZero({
        source: capture.sourceFramesLost,
        sourceFailed: capture.sourceFramesFailed,
        encoderBusy: capture.droppedEncoder,
        noSlot: capture.droppedNoSlot,
        encodeFailed: capture.droppedFailed,
        notReady: framesDroppedNotReady,
        senderBusy: framesDroppedBusy,
        packets: socket?.packetsDropped,
      }),
      errors: nonZero({
        refused: socket?.errorsRefused,
        unreachable: socket?.errorsUnreachable,
        noBuffer: socket?.errorsNoBuffer,
        tooLong: socket?.errorsTooLong,
        other: socket?.errorsOther,
        timestampsMissing: capture.timestampsMissing,
      }),
    };
  }
}

function nonZero(counts: Readonly<Record<string, number | undefined>>): Record<string, number> {
  const happened = Object.entries(counts).filter((entry): entry is [string, number] => Boolean(entry[1]));
  return Object.fromEntries(happened);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
