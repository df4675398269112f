import type { Logger } from 'pino';
import { SkewMeter, type CapturePlan } from '../camera/index.js';
import type { CameraConfig, Config } from '../config/index.js';
import type { StreamerError } from '../errors/index.js';
import type { PacketSocketState } from '../net/packet-socket.js';
import { RtpOutput } from '../outputs/rtp/index.js';
import { Pipeline, type PipelineState } from '../pipeline/index.js';
import { toCameraOptions } from './camera-options.js';
import { rtcpCollision, toRtpOutputOptions } from './rtp-output-options.js';
import { StreamReporter } from './stream-report.js';

export interface ApplicationOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** Stops the application. */
  readonly signal: AbortSignal;
  /** Stop each camera after this many frames. */
  readonly maxFrames?: number;
}

interface Stream {
  readonly pipeline: Pipeline;
  readonly reporter: StreamReporter;
}

/**
 * Streams the configuration's cameras by RTP until the signal is aborted or all of them have come to their end.
 *
 * @returns why cameras failed for good; empty when none did
 */
export async function runApplication(options: ApplicationOptions): Promise<StreamerError[]> {
  const { config, logger, signal } = options;
  const enabled = config.cameras.filter((camera) => camera.rtp.enabled);
  const skew = new SkewMeter(Math.max(...enabled.map(({ fps }) => fps)));
  const streams = enabled.map((camera, index) => makeStream(camera, index, skew, options));
  const stop = (): void => {
    for (const { pipeline } of streams) pipeline.stop();
  };
  const report = (sinceStart: boolean): void => {
    for (const { reporter } of streams) logger.info(reporter.report(sinceStart), 'statistics');
  };
  const { statsIntervalSeconds } = config.rtp;
  const timer =
    statsIntervalSeconds > 0 ? setInterval(report, statsIntervalSeconds * 1000, false) : undefined;
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    await Promise.all(streams.map(({ pipeline }) => pipeline.run()));
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', stop);
  }
  report(true);
  return streams.flatMap(({ pipeline }) => pipeline.error ?? []);
}

/** @param skew - between the first two cameras */
function makeStream(
  camera: CameraConfig,
  index: number,
  skew: SkewMeter,
  { config, logger, maxFrames }: ApplicationOptions,
): Stream {
  const { name } = camera;
  const output = new RtpOutput(toRtpOutputOptions(camera, config));
  const pipeline = new Pipeline({
    name,
    camera: toCameraOptions(camera, config.rtp),
    outputs: [output],
    onFrame: ({ captureTimeUs }) => {
      if (index < 2) skew.observe(index === 0 ? 0 : 1, captureTimeUs);
    },
    ...(maxFrames !== undefined && { maxFrames }),
  });
  const log = logger.child({ camera: name });
  pipeline.on('warning', ({ code, message }) => {
    log.warn({ code }, `${message}; trying again`);
  });
  const neighbour = rtcpCollision(camera, config);
  if (neighbour) {
    log.warn(
      `no RTCP: its port is the one that ${neighbour.name} is sent to; set rtcp_port in [mjpeg-rtp.${name}], or leave a port between the two`,
    );
  }
  pipeline.on('state', (state, plan) => {
    logState(log, pipeline, state, plan, camera);
    if (state === 'streaming' && output.transport)
      log.info(transportOf(output.transport, config), 'transport');
  });
  return { pipeline, reporter: new StreamReporter(pipeline, output, index === 1 ? skew : undefined) };
}

function logState(
  log: Logger,
  pipeline: Pipeline,
  state: PipelineState,
  plan: CapturePlan | undefined,
  wanted: CameraConfig,
): void {
  if (state === 'failed') {
    const { code, message } = pipeline.error ?? {};
    log.error({ state, code }, message);
    return;
  }
  if (state !== 'streaming' || !plan) {
    log.info({ state }, state);
    return;
  }
  const { name: source, width, height, fps, colorLabel, sourceWidth, sourceHeight } = plan;
  const destination = pipeline.outputs.map((output) => output.destination).join(', ');
  log.info(
    { state, source, width, height, fps, colorLabel, destination },
    `${source} streams to ${destination}`,
  );
  if (wanted.syncMode && !pipeline.syncMode) {
    log.warn(`${source} has no control SyncMode: sync_mode = "${wanted.syncMode}" has no effect`);
  }
  const isCamera = wanted.source.kind.startsWith('camera') || wanted.source.kind === 'auto';
  if (isCamera && (sourceWidth !== wanted.width || sourceHeight !== wanted.height)) {
    const delivered = `${String(sourceWidth)}x${String(sourceHeight)}`;
    const asked = `${String(wanted.width)}x${String(wanted.height)}`;
    log.warn(`the camera cannot deliver ${asked} and delivers ${delivered}`);
  }
}

/** What the kernel does for the first destination. */
function transportOf({ localPort, segmentation, kernelDepartureTimes }: PacketSocketState, { rtp }: Config) {
  const pacedBy = rtp.pacing.mode === 'off' ? 'nobody' : kernelDepartureTimes ? 'kernel' : 'thread';
  return { localPort, segmentation, pacedBy };
}
