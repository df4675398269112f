import type { Logger } from 'pino';
import { SkewMeter } from '../camera/index.js';
import { streamedCameras, type LoadedConfig } from '../config/index.js';
import type { StreamerError } from '../errors/index.js';
import { logCamera } from './camera-log.js';
import { CameraStream } from './camera-stream.js';
import { LiveConfig } from './live-config.js';
import { StreamReporter } from './stream-report.js';
import { startWeb } from './start-web.js';

export interface ApplicationOptions {
  readonly loaded: Pick<LoadedConfig, 'config' | 'sections' | 'file'>;
  readonly logger: Logger;
  /** Stops the application. */
  readonly signal: AbortSignal;
  /** Stop each camera after this many frames. */
  readonly maxFrames?: number;
}

/**
 * Streams the configuration's cameras, with the web server beside them, until the signal is aborted or all of them have
 * come to their end by themselves.
 *
 * @returns why cameras failed for good; empty when none did
 * @throws StreamerError when the web server's configuration names what is not there, before anything has started
 */
export async function runApplication(options: ApplicationOptions): Promise<StreamerError[]> {
  const { loaded, logger, signal } = options;
  const settings = new LiveConfig(loaded);
  const enabled = streamedCameras(loaded.config);
  const skew = new SkewMeter(Math.max(...enabled.map(({ fps }) => fps)));
  const streams = enabled.map(({ name }, index) => makeStream(name, index, skew, settings, options));
  const closeWeb = await startWeb({ streams, settings, skew, logger });
  const reporters = streams.map(
    (stream, index) => new StreamReporter(stream, index === 1 ? skew : undefined),
  );
  const report = (sinceStart: boolean): void => {
    for (const reporter of reporters) logger.info(reporter.report(sinceStart), 'statistics');
  };
  const { statsIntervalSeconds } = loaded.config.rtp;
  const timer =
    statsIntervalSeconds > 0 ? setInterval(report, statsIntervalSeconds * 1000, false) : undefined;
  try {
    if (!signal.aborted) for (const stream of streams) stream.start();
    await ended(streams, signal);
  } finally {
    clearInterval(timer);
    await Promise.all([...streams.map((stream) => stream.close()), closeWeb()]);
  }
  report(true);
  return streams.flatMap(({ pipeline }) => pipeline.error ?? []);
}

/** @param skew - between the first two cameras */
function makeStream(
  name: CameraStream['name'],
  index: number,
  skew: SkewMeter,
  settings: LiveConfig,
  { logger, maxFrames }: ApplicationOptions,
): CameraStream {
  const log = logger.child({ camera: name });
  const stream = new CameraStream({
    ...{ name, settings, logger: log },
    onFrame: ({ captureTimeUs }) => {
      if (index < 2) skew.observe(index === 0 ? 0 : 1, captureTimeUs);
    },
    ...(maxFrames !== undefined && { maxFrames }),
  });
  logCamera(stream, settings, log);
  return stream;
}

/** Resolves when the signal is aborted, or no camera runs, nor has been stopped by somebody who may start it again. */
async function ended(streams: readonly CameraStream[], signal: AbortSignal): Promise<void> {
  const isOver = (): boolean => streams.every(({ isRunning, stoppedByHand }) => !isRunning && !stoppedByHand);
  await new Promise<void>((resolve, reject) => {
    const check = (error?: Error): void => {
      if (error) reject(error);
      else if (signal.aborted || isOver()) resolve();
    };
    for (const stream of streams) stream.on('ended', check);
    const onAbort = (): void => {
      check();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    check();
  });
}
