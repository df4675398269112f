import type { Logger } from 'pino';
import type { CapturePlan } from '../camera/index.js';
import type { CameraConfig, Config } from '../config/index.js';
import type { StreamerError } from '../errors/index.js';
import { RtpOutput } from '../outputs/rtp/index.js';
import { Pipeline, type PipelineState } from '../pipeline/index.js';
import { toCameraOptions } from './camera-options.js';
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
  const streams = config.cameras
    .filter((camera) => camera.rtp.enabled)
    .map((camera) => makeStream(camera, options));
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

function makeStream(camera: CameraConfig, { config, logger, maxFrames }: ApplicationOptions): Stream {
  const { rtp, name } = camera;
  const output = new RtpOutput({
    host: rtp.destHost,
    port: rtp.destPort,
    localPort: rtp.localPort,
    mtu: config.rtp.mtuBytes,
    dscp: config.rtp.dscp,
    quantizationTables: rtp.quantizationTables,
    ...(rtp.ssrc !== undefined && { ssrc: rtp.ssrc }),
  });
  const pipeline = new Pipeline({
    name,
    camera: toCameraOptions(camera),
    outputs: [output],
    ...(maxFrames !== undefined && { maxFrames }),
  });
  const log = logger.child({ camera: name });
  pipeline.on('warning', ({ code, message }) => {
    log.warn({ code }, `${message}; trying again`);
  });
  pipeline.on('state', (state, plan) => {
    logState(log, pipeline, state, plan, camera);
  });
  return { pipeline, reporter: new StreamReporter(pipeline, output) };
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
  const isCamera = wanted.source.kind.startsWith('camera') || wanted.source.kind === 'auto';
  if (isCamera && (sourceWidth !== wanted.width || sourceHeight !== wanted.height)) {
    const delivered = `${String(sourceWidth)}x${String(sourceHeight)}`;
    const asked = `${String(wanted.width)}x${String(wanted.height)}`;
    log.warn(`the camera cannot deliver ${asked} and delivers ${delivered}`);
  }
}
