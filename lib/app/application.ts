import type { Logger } from 'pino';
import { SkewMeter } from '../camera/index.js';
import { streamedCameras, type LoadedConfig } from '../config/index.js';
import { StreamerError } from '../errors/index.js';
import { withinLimit } from '../util/time-limit.js';
import { logCamera } from './camera-log.js';
import { CameraStream } from './camera-stream.js';
import type { Hangups } from './hangups.js';
import { LiveConfig } from './live-config.js';
import { watchMemory } from './memory-watch.js';
import { reloadConfig, type ReloadOptions } from './reload.js';
import { Supervision } from './service/supervision.js';
import { whileReloading } from './service/while-reloading.js';
import type { RunningWeb, WebOptions } from './start-web.js';
import { StreamReporter } from './stream-report.js';

export interface ApplicationOptions {
  readonly loaded: Pick<LoadedConfig, 'config' | 'sections' | 'file'>;
  readonly logger: Logger;
  /** Stops the application. */
  readonly signal: AbortSignal;
  /** Reads the configuration anew, when there is a hangup. */
  readonly reload?: { readonly load: ReloadOptions['load']; readonly hangups: Hangups };
  /** Stop each camera after this many frames. */
  readonly maxFrames?: number;
}

/**
 * Streams the configuration's cameras, with the web server beside them, until the signal is aborted or all of them have
 * come to their end by themselves.
 *
 * @returns why cameras failed for good; empty when none did
 * @throws StreamerError when the web server's configuration names what is not there, before anything has started;
 *   ERR_CAMERA_HUNG, ERR_SHUTDOWN_TIMEOUT: threads may never end, so that the process has to be ended at once
 */
export async function runApplication(options: ApplicationOptions): Promise<StreamerError[]> {
  const { loaded, logger, signal } = options;
  const settings = new LiveConfig(loaded);
  const enabled = streamedCameras(loaded.config);
  const skew = new SkewMeter(Math.max(...enabled.map(({ fps }) => fps)));
  const streams = enabled.map(({ name }, index) => makeStream(name, index, skew, settings, options));
  const web = await startServers({ streams, settings, skew, logger });
  const reporters = streams.map(
    (stream, index) => new StreamReporter(stream, index === 1 ? skew : undefined),
  );
  const report = (sinceStart: boolean): void => {
    for (const reporter of reporters) logger.info(reporter.report(sinceStart), 'statistics');
  };
  const { statsIntervalSeconds } = loaded.config.rtp;
  const timer =
    statsIntervalSeconds > 0 ? setInterval(report, statsIntervalSeconds * 1000, false) : undefined;
  const endReloads = reloadOnHangup(options, streams, settings);
  const endMemoryWatch = watchMemory(streams, loaded.config.maxMemoryBytes, logger);
  const service = new Supervision({ streams, logger, started: web.tried });
  try {
    if (!signal.aborted) for (const stream of streams) stream.start();
    await ended(streams, signal);
  } finally {
    service.stopping();
    clearInterval(timer);
    endMemoryWatch();
    endReloads();
    if (!findHung(streams)) {
      const closed = Promise.all([...streams.map((stream) => stream.close()), web.close()]);
      await withinLimit(loaded.config.shutdownTimeoutMs, closed, () => shutdownTimeout(loaded));
    }
  }
  const hung = findHung(streams);
  if (hung) throw hung;
  report(true);
  return streams.flatMap(({ pipeline }) => pipeline.error ?? []);
}

/** Where there is something to serve: what serves HTTP takes as long to load as all else. */
async function startServers(options: WebOptions): Promise<RunningWeb> {
  const { settings, streams } = options;
  if (!settings.current.server.enabled && streams.every(({ video }) => !video)) {
    return { tried: Promise.resolve(), close: () => Promise.resolve() };
  }
  const { startWeb } = await import('./start-web.js');
  return startWeb(options);
}

/** One reload after the other. @returns what ends it */
function reloadOnHangup(
  { reload, logger }: ApplicationOptions,
  streams: readonly CameraStream[],
  settings: LiveConfig,
): () => void {
  if (!reload) return () => undefined;
  const { load, hangups } = reload;
  let last = Promise.resolve();
  hangups.listen(() => {
    last = last
      .then(() => whileReloading(() => reloadConfig({ load, streams, settings, logger })))
      .catch((error: unknown) => {
        logger.error(error, 'the reload has failed');
      });
  });
  return () => {
    hangups.listen(() => undefined);
  };
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
  const isOver = (): boolean =>
    streams.every(({ isRunning, stoppedByHand }) => !isRunning && !stoppedByHand) ||
    findHung(streams) !== undefined;
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

/** libcamera's one thread serves all cameras: when one hangs, none of them will ever stream or close again. */
function findHung(streams: readonly CameraStream[]): StreamerError | undefined {
  return streams.map(({ pipeline }) => pipeline.error).find((error) => error?.code === 'ERR_CAMERA_HUNG');
}

function shutdownTimeout({ config }: Pick<LoadedConfig, 'config'>): StreamerError {
  const seconds = String(config.shutdownTimeoutMs / 1000);
  return new StreamerError(
    'ERR_SHUTDOWN_TIMEOUT',
    `not everything has ended ${seconds} s after the stop (shutdown_timeout_seconds in [timeouts])`,
  );
}
