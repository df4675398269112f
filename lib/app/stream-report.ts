import type { CaptureStatistics, SkewMeter, SkewStatistics } from '../camera/index.js';
import { droppedFrames } from '../metrics/dropped-frames.js'; // by itself: the others load what metrics are made with
import type {
  DestinationStatistics,
  RateStatistics,
  RtpOutput,
  RtpOutputStatistics,
} from '../outputs/rtp/index.js';
import type { ReceptionStatistics } from '../rtcp/index.js';
import type { Pipeline } from '../pipeline/index.js';
import type { LatencyHistogram } from '../util/latency-histogram.js';
import type { CameraVideo } from './camera-video.js';
import type { FrameMeter } from './frame-meter.js';
import { nonZero, round } from './report-values.js';
import { VideoReporter, type VideoReport } from './video-report.js';

/** What is logged of a camera at each interval and at the end. Counts are since the start. */
export interface StreamReport {
  readonly camera: string;
  readonly state: string;
  readonly restarts: number;
  readonly captured: number;
  /** Frames left out as exposure and white balance had not settled after a start. Absent where the camera marks none. */
  readonly startupFrames?: number;
  readonly encoded: number;
  /** Frames handed to the socket. */
  readonly sent: number;
  readonly packets: number;
  /** Frames sent a second, since the report before; in the last report since the start. */
  readonly fps: number;
  /** Kilobits a second of UDP payload, over the same time. */
  readonly bitrateKbps: number;
  /** Mean bytes of a JPEG, over the same time; 0 when there was none. */
  readonly frameBytes: number;
  /** Mean milliseconds of each stage of a frame's way, over the same time; those that no frame took are absent. */
  readonly latencyMs: Partial<Record<Stage, number>>;
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
  /** For viewers by WebRTC. Absent in mode mjpeg-rtp. */
  readonly video?: VideoReport;
}

/** Stages of a frame's way, in their order. */
export const stages = ['capture', 'queue', 'encode', 'packetize', 'send'] as const;
export type Stage = (typeof stages)[number];

/** What is reported of. */
export interface ReportedStream {
  readonly pipeline: Pipeline;
  readonly output: RtpOutput;
  readonly meter: FrameMeter;
  readonly cameraVideo?: CameraVideo | undefined;
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
  readonly #stream: ReportedStream;
  readonly #skew: SkewMeter | undefined;
  readonly #video: VideoReporter | undefined;
  #start = { timeMs: performance.now(), ...zero };
  #last = this.#start;

  /** @param skew - to the camera before, if that is measured */
  constructor(stream: ReportedStream, skew?: SkewMeter) {
    this.#stream = stream;
    this.#skew = skew;
    this.#video = stream.cameraVideo && new VideoReporter(stream.cameraVideo);
  }

  /** @param sinceStart - rates over the whole time, for the last report */
  report(sinceStart: boolean): StreamReport {
    const { pipeline, output, meter } = this.#stream;
    const capture = pipeline.captureStatistics;
    const rtp = output.statistics();
    const { framesSent, destinations, rtcp, rate } = rtp;
    const sum: Sum = (count) =>
      destinations.reduce((total, destination) => total + (count(destination) ?? 0), 0);
    const skew = this.#skew?.statistics();
    // Started again: its counts are new.
    if (framesSent < this.#last.sent) this.#start = { ...zero, ...this.#frames(), timeMs: this.#last.timeMs };
    const last = sinceStart ? this.#start : this.#last;
    const now = {
      timeMs: performance.now(),
      sent: framesSent,
      wireBytes: rtp.removed.bytesSent + sum(({ socket }) => socket?.bytesSent),
      ...this.#frames(),
      stages: stageTotals(meter, rtp),
    };
    this.#last = now;
    const seconds = Math.max((now.timeMs - last.timeMs) / 1000, 1e-3);
    return {
      camera: pipeline.name,
      state: pipeline.state,
      restarts: pipeline.restarts,
      captured: capture.captured ?? 0,
      ...(capture.startupFrames && { startupFrames: capture.startupFrames }),
      encoded: capture.encoded ?? 0,
      sent: framesSent,
      packets: rtp.removed.packetsSent + sum(({ socket }) => socket?.packetsSent),
      fps: round(grown(now.sent, last.sent) / seconds, 2),
      bitrateKbps: round((grown(now.wireBytes, last.wireBytes) * 8) / 1000 / seconds, 0),
      frameBytes: round((now.jpegBytes - last.jpegBytes) / Math.max(now.frames - last.frames, 1), 0),
      latencyMs: meanLatencies(last.stages, now.stages),
      dropped: nonZero({
        ...droppedFrames(capture, rtp),
        packets: rtp.removed.packetsDropped + sum(({ socket }) => socket?.packetsDropped),
      }),
      errors: errorReport(capture, sum),
      ...departureReport(destinations),
      ...(skew && { skew }),
      ...(rate && { rate: rateReport(rate) }),
      ...(rtcp && rtcp.receivers.length > 0 && { receivers: rtcp.receivers.map(receiverReport) }),
      ...(this.#video && { video: this.#video.report(sinceStart) }),
    };
  }

  /** Counted since the program began. */
  #frames() {
    const { frames, jpegBytes } = this.#stream.meter;
    return { frames, jpegBytes };
  }
}

interface StageTotal {
  readonly sumUs: number;
  readonly count: number;
}
type StageTotals = Readonly<Record<Stage, StageTotal>>;

const noTime: StageTotal = { sumUs: 0, count: 0 };
const zero = {
  ...{ sent: 0, wireBytes: 0, frames: 0, jpegBytes: 0 },
  stages: { capture: noTime, queue: noTime, encode: noTime, packetize: noTime, send: noTime },
};

/** Counts begin anew when a camera is stopped and started. */
function grown(now: number, last: number): number {
  return now >= last ? now - last : now;
}

function stageTotals(meter: FrameMeter, rtp: RtpOutputStatistics): StageTotals {
  const total = ({ sumUs, count }: LatencyHistogram): StageTotal => ({ sumUs, count });
  return {
    capture: total(meter.captureLatency),
    queue: total(meter.queueLatency),
    encode: total(meter.encodeLatency),
    packetize: total(rtp.packetizeLatency),
    send: total(rtp.sendLatency),
  };
}

function meanLatencies(last: StageTotals, now: StageTotals): Partial<Record<Stage, number>> {
  const means = stages.map((stage) => {
    const isReset = now[stage].count < last[stage].count;
    const before = isReset ? noTime : last[stage];
    const count = now[stage].count - before.count;
    return [
      stage,
      count === 0 ? undefined : round((now[stage].sumUs - before.sumUs) / count / 1000, 3),
    ] as const;
  });
  return Object.fromEntries(means.filter(([, mean]) => mean !== undefined));
}

/** Adds something up over all destinations. */
type Sum = (count: (destination: DestinationStatistics) => number | undefined) => number;

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

function receiverReport(receiver: ReceptionStatistics): ReceiverReport {
  const { ssrc, fractionLost, packetsLost, jitterMs, roundTripMs } = receiver;
  return {
    ssrc,
    lossPercent: round(100 * fractionLost, 1),
    packetsLost,
    jitterMs: round(jitterMs, 2),
    ...(roundTripMs !== undefined && { roundTripMs: round(roundTripMs, 2) }),
  };
}
