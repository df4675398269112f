import os from 'node:os';
import type { Logger } from 'pino';
import type { SkewMeter, SkewStatistics } from '../camera/index.js';
import type { ServerConfig } from '../config/index.js';
import { Metrics, type CameraSource } from '../metrics/index.js';
import { packageVersion } from '../native/package-folder.js';
import { Backoff } from '../util/backoff.js';
import { makeWebServer, type Streamer, type WebApp } from '../web/index.js';
import type { CameraStream } from './camera-stream.js';
import type { LiveConfig } from './live-config.js';
import { WebCamera } from './web-camera.js';

export interface WebOptions {
  readonly streams: readonly CameraStream[];
  readonly settings: LiveConfig;
  readonly skew: SkewMeter;
  readonly logger: Logger;
}

/**
 * Starts the web server, if the configuration wants one. That its port is taken holds up nothing: it is tried again.
 *
 * @returns what closes it
 * @throws StreamerError when its configuration names what is not there
 */
export async function startWeb(options: WebOptions): Promise<() => Promise<void>> {
  const { settings, streams } = options;
  const { server } = settings.current;
  if (!server.enabled) return () => Promise.resolve();
  const logger = options.logger.child({ part: 'web' });
  const metrics = new Metrics({
    version: packageVersion(),
    cameras: () => streams.map(toMetricsSource),
    skew: () => currentSkew(options),
  });
  const piIp = process.env['PI_IP'] ?? server.piIp ?? ownAddress() ?? 'localhost';
  const app = await makeWebServer({
    ...{ server, piIp },
    // Without what it says of itself.
    logger: logger.child({}, { level: logger.isLevelEnabled('warn') ? 'warn' : logger.level }),
    version: packageVersion(),
    streamer: makeStreamer(options),
    metrics: () => metrics.render(),
  });
  if (server.controlAccess === 'open') {
    logger.warn(
      'control_access = "open": anybody who reaches this server can change settings and where streams go',
    );
  }
  const closing = new AbortController();
  const listening = listen(app, server, piIp, logger, closing.signal);
  return async () => {
    closing.abort();
    await listening;
    await app.close();
    metrics.close();
  };
}

async function listen(
  app: WebApp,
  { bindIp, webPort, tls }: ServerConfig,
  piIp: string,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  const backoff = new Backoff();
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    try {
      await app.listen({ host: bindIp, port: webPort });
      const host = bindIp === '127.0.0.1' || bindIp === '::1' ? 'localhost' : piIp;
      const [address] = app.addresses();
      const url = `${tls ? 'https' : 'http'}://${host}:${String(typeof address === 'object' ? address.port : webPort)}/`;
      logger.info({ url }, `the viewer is at ${url}`);
      return;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (isFirst) {
        logger.error(
          `no web server: ${reason}; trying again. web_port and bind_ip in [server] say where it listens`,
        );
      }
      await backoff.wait(signal);
    }
  }
}

function makeStreamer(options: WebOptions): Streamer {
  const { streams, settings } = options;
  const cameras = streams.map((stream) => new WebCamera(stream, settings));
  return {
    cameras,
    get skewUs() {
      return currentSkew(options)?.lastUs;
    },
    publicConfig: () => settings.toPublic(),
    save: () => {
      const result = settings.save();
      for (const stream of streams) stream.emit('change');
      return result;
    },
    onChange: (listener) => {
      for (const camera of cameras) {
        camera.onChange(() => {
          listener(camera);
        });
      }
    },
  };
}

/** Between the first two cameras, while both of them stream. */
function currentSkew({ streams, skew }: WebOptions): SkewStatistics | undefined {
  const bothStream = streams.slice(0, 2).every(({ pipeline }) => pipeline.state === 'streaming');
  return bothStream ? skew.statistics() : undefined;
}

function toMetricsSource({ name, pipeline, output, preview, meter }: CameraStream): CameraSource {
  const { state, restarts, captureStatistics: capture } = pipeline;
  const { jpegBytes, lastQuality: quality, captureLatency, queueLatency, encodeLatency } = meter;
  return {
    ...{ name, state, restarts, capture, jpegBytes, quality, captureLatency, queueLatency, encodeLatency },
    rtp: output.statistics(),
    preview: preview.statistics(),
  };
}

/** This machine's first address that is not its own alone. */
function ownAddress(): string | undefined {
  const addresses = Object.values(os.networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}
