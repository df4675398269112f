import type { CaptureStatistics, SkewMeter, SkewStatistics } from '../camera/index.js';
import type { DestinationStatistics, RateStatistics, RtpOutput } from '../outputs/rtp/index.js';
import type { ReceiverStatistics } from '../rtcp/index.js';
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
  /** 99 of 100 bursts left no later after their time than this, in microseconds. Absent where nothing is paced. */
  readonly departureErrorP99Us?: number;
  /** How far apart this camera and the first one capture. Only for the second camera. */
  readonly skew?: SkewStatistics;
  /** What is done to keep to max_bitrate_kbps. Absent without it. */
  readonly rate?: RateReport;
  /** What receivers last reported by RTCP. Absent while none does. */
  readonly receivers?: readonly ReceiverReport[];
}

/** Frames left out are among `dropped`. */
export type RateReport = Omit<RateStatistics, 'framesSkipped'>;

export interface ReceiverReport {
  readonly ssrc: number;
  /** Since its report before. */
  readonly lossPercent: number;
  readonly packetsLost: number;
  readonly jitterMs: number;
  /** Absent until it has seen a report of ours. */
  readonly roundTripMs?: number;
}

/** Makes reports of one camera, one after the other. */
export class StreamReporter {
  readonly #pipeline: Pipeline;
  readonly #output: RtpOutput;
  readonly #skew: SkewMeter | undefined;
  readonly #startMs = performance.now();
  #lastMs = this.#startMs;
  #lastSent = 0;
  #lastBytes = 0;

  /** @param skew - to the camera before, if that is measured */
  constructor(pipeline: Pipeline, output: RtpOutput, skew?: SkewMeter) {
    this.#pipeline = pipeline;
    this.#output = output;
    this.#skew = skew;
  }

  /** @param sinceStart - rates over the whole time, for the last report */
  report(sinceStart: boolean): StreamReport {
    if (sinceStart) {
      this.#lastMs = this.#startMs;
      this.#lastSent = 0;
      this.#lastBytes = 0;
    }
    const capture = this.#pipeline.captureStatistics;
    const { framesSent, destinations, rtcp, rate } = this.#output.statistics();
    const sum: Sum = (count) =>
      destinations.reduce((total, destination) => total + (count(destination) ?? 0), 0);
    const skew = this.#skew?.statistics();
    const nowMs = performance.now();
    const seconds = Math.max((nowMs - this.#lastMs) / 1000, 1e-3);
    const bytes = sum(({ socket }) => socket?.bytesSent);
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
      packets: sum(({ socket }) => socket?.packetsSent),
      ...rates,
      encodeMs: round((capture.encodeTimeUs ?? 0) / 1000 / Math.max(capture.encoded ?? 0, 1), 2),
      dropped: droppedReport(capture, sum, rate),
      errors: errorReport(capture, sum),
      ...departureReport(destinations),
      ...(skew && { skew }),
      ...(rate && { rate: rateReport(rate) }),
      ...(rtcp && rtcp.receivers.length > 0 && { receivers: rtcp.receivers.map(receiverReport) }),
    };
  }
}

/** Adds something up over all destinations. */
type Sum = (count: (destination: DestinationStatistics) => number | undefined) => number;

function droppedReport(
  capture: Partial<CaptureStatistics>,
  sum: Sum,
  rate: RateStatistics | undefined,
): Record<string, number> {
  return nonZero({
    source: capture.sourceFramesLost,
    sourceFailed: capture.sourceFramesFailed,
    encoderBusy: capture.droppedEncoder,
    noSlot: capture.droppedNoSlot,
    encodeFailed: capture.droppedFailed,
    notReady: sum(({ framesDroppedNotReady }) => framesDroppedNotReady),
    senderBusy: sum(({ framesDroppedBusy }) => framesDroppedBusy),
    bitrate: rate?.framesSkipped,
    packets: sum(({ socket }) => socket?.packetsDropped),
  });
}

function errorReport(capture: Partial<CaptureStatistics>, sum: Sum): Record<string, number> {
  return nonZero({
    refused: sum(({ socket }) => socket?.errorsRefused),
    unreachable: sum(({ socket }) => socket?.errorsUnreachable),
    noBuffer: sum(({ socket }) => socket?.errorsNoBuffer),
    tooLong: sum(({ socket }) => socket?.errorsTooLong),
    other: sum(({ socket }) => socket?.errorsOther),
    segmentationLost: sum(({ socket }) => socket?.segmentationLost),
    timestampsMissing: capture.timestampsMissing,
  });
}

function departureReport(
  destinations: readonly DestinationStatistics[],
): Pick<StreamReport, 'departureErrorP99Us'> {
  const errors = destinations.flatMap(({ socket }) => socket?.departureErrors?.p99Us ?? []);
  return errors.length > 0 ? { departureErrorP99Us: Math.max(...errors) } : {};
}

function rateReport({ quality, boundKbps, bitrateKbps, changes, lastChange }: RateStatistics): RateReport {
  return {
    quality,
    boundKbps: round(boundKbps, 0),
    bitrateKbps: round(bitrateKbps, 0),
    changes,
    ...(lastChange && { lastChange }),
  };
}

function receiverReport(receiver: ReceiverStatistics): ReceiverReport {
  const { ssrc, fractionLost, packetsLost, jitterMs, roundTripMs } = receiver;
  return {
    ssrc,
    lossPercent: round(100 * fractionLost, 1),
    packetsLost,
    jitterMs: round(jitterMs, 2),
    ...(roundTripMs !== undefined && { roundTripMs: round(roundTripMs, 2) }),
  };
}

function nonZero(counts: Readonly<Record<string, number | undefined>>): Record<string, number> {
  const happened = Object.entries(counts).filter((entry): entry is [string, number] => Boolean(entry[1]));
  return Object.fromEntries(happened);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
