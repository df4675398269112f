import os from 'node:os';
import type { Logger } from 'pino';
import type { SkewMeter, SkewStatistics } from '../camera/index.js';
import type { ServerConfig } from '../config/index.js';
import { Metrics, type CameraSource } from '../metrics/index.js';
import { packageVersion } from '../native/package-folder.js';
import { Backoff } from '../util/backoff.js';
import {
  AccessControl,
  Credentials,
  makeSignallingServer,
  makeWebServer,
  type Streamer,
  type WebApp,
} from '../web/index.js';
import type { CameraStream } from './camera-stream.js';
import type { LiveConfig } from './live-config.js';
import { WebCamera } from './web-camera.js';

export interface WebOptions {
  readonly streams: readonly CameraStream[];
  readonly settings: LiveConfig;
  readonly skew: SkewMeter;
  readonly logger: Logger;
}

export interface RunningWeb {
  /** Resolves when each port has been tried once, whatever came of it. */
  readonly tried: Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts the web server, if the configuration wants one. That its port is taken holds up nothing: it is tried again.
 *
 * @throws StreamerError when its configuration names what is not there
 */
export async function startWeb(options: WebOptions): Promise<RunningWeb> {
  const { settings } = options;
  const { server } = settings.current;
  const logger = options.logger.child({ part: 'web' });
  const context: ServerContext = {
    ...{ options, logger, server },
    // Without what servers say of themselves.
    quiet: logger.child({}, { level: logger.isLevelEnabled('warn') ? 'warn' : logger.level }),
    access: new AccessControl(server, new Credentials(server)),
    piIp: process.env['PI_IP'] ?? server.piIp ?? ownAddress() ?? 'localhost',
  };
  const listeners = [
    ...(server.enabled ? [await viewerServer(context)] : []),
    ...(await signallingServers(context)),
  ];
  const closing = new AbortController();
  const attempts = listeners.map((listener) => listen(listener, server, logger, closing.signal));
  return {
    tried: Promise.all(attempts.map(({ tried }) => tried)).then(() => undefined),
    close: async () => {
      closing.abort();
      await Promise.all(attempts.map(({ over }) => over));
      await Promise.all(listeners.map(({ app }) => app.close()));
    },
  };
}

interface ServerContext {
  readonly options: WebOptions;
  readonly server: ServerConfig;
  readonly logger: Logger;
  readonly quiet: Logger;
  readonly access: AccessControl;
  readonly piIp: string;
}

async function viewerServer({
  options,
  server,
  logger,
  quiet,
  access,
  piIp,
}: ServerContext): Promise<Listener> {
  const { streams } = options;
  const metrics = new Metrics({
    version: packageVersion(),
    cameras: () => streams.map(toMetricsSource),
    skew: () => currentSkew(options),
  });
  const app = await makeWebServer({
    ...{ server, piIp, access },
    logger: quiet,
    version: packageVersion(),
    streamer: makeStreamer(options),
    metrics: () => metrics.render(),
  });
  app.addHook('onClose', () => {
    metrics.close();
  });
  if (server.controlAccess === 'open') {
    logger.warn(
      'control_access = "open": anybody who reaches this server can change settings and where streams go',
    );
  }
  return {
    app,
    port: server.webPort,
    onListening: (port) => {
      const host = server.bindIp === '127.0.0.1' || server.bindIp === '::1' ? 'localhost' : piIp;
      const url = `${server.tls ? 'https' : 'http'}://${host}:${String(port)}/`;
      logger.info({ url }, `the viewer is at ${url}`);
    },
    failure: {
      what: 'no web server',
      remedy: 'web_port and bind_ip in [server], or --web-port, say where it listens',
    },
  };
}

/** One for each camera with video. */
async function signallingServers({
  options,
  server,
  logger,
  access,
  piIp,
}: ServerContext): Promise<Listener[]> {
  const { current } = options.settings;
  // The plugin of WebSockets warns with a stack of what anybody may send. Faults of ours are reported otherwise.
  const mute = logger.child({}, { level: 'error' });
  const cameras = options.streams.flatMap(({ name, video }) => (video ? [{ name, video }] : []));
  return Promise.all(
    cameras.map(async ({ name, video }): Promise<Listener> => {
      const { timeoutMs } = current.webrtc;
      return {
        app: await makeSignallingServer({ server, access, logger: mute, camera: name, video, timeoutMs }),
        port: options.settings.camera(name).webrtcPort,
        onListening: (port) => {
          const signalling = `${server.tls ? 'wss' : 'ws'}://${piIp}:${String(port)}/ws`;
          logger.info({ camera: name, signalling }, `${name} has its signalling at ${signalling}`);
        },
        failure: {
          what: `${name} has no signalling on its own port`,
          remedy: `webrtc_port in [${name}] and bind_ip in [server] say where it listens`,
        },
      };
    }),
  );
}

interface Listener {
  readonly app: WebApp;
  readonly port: number;
  readonly onListening: (port: number) => void;
  readonly failure: { readonly what: string; readonly remedy: string };
}

/** `tried` resolves after the first attempt, `over` when it listens or the signal is aborted. */
function listen(
  listener: Listener,
  server: ServerConfig,
  logger: Logger,
  signal: AbortSignal,
): { readonly tried: Promise<void>; readonly over: Promise<void> } {
  let onTried = (): void => undefined;
  const tried = new Promise<void>((resolve) => {
    onTried = resolve;
  });
  const over = keepTrying(listener, server, logger, signal, onTried).finally(onTried);
  return { tried, over };
}

async function keepTrying(
  { app, port, onListening, failure }: Listener,
  { bindIp }: ServerConfig,
  logger: Logger,
  signal: AbortSignal,
  onFailed: () => void,
): Promise<void> {
  const backoff = new Backoff();
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    try {
      await app.listen({ host: bindIp, port });
      const [address] = app.addresses();
      onListening(typeof address === 'object' ? address.port : port);
      return;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (isFirst) logger.error(`${failure.what}: ${reason}; trying again. ${failure.remedy}`);
      onFailed();
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

function toMetricsSource(stream: CameraStream): CameraSource {
  const { name, pipeline, output, preview, meter, cameraVideo: video } = stream;
  const { state, restarts, captureStatistics: capture } = pipeline;
  const { jpegBytes, lastQuality: quality, captureLatency, queueLatency, encodeLatency } = meter;
  return {
    ...{ name, state, restarts, capture, jpegBytes, quality, captureLatency, queueLatency, encodeLatency },
    rtp: output.statistics(),
    preview: preview.statistics(),
    ...(video && { video: { webrtc: video.output.statistics(), encoding: video.feed.statistics() } }),
  };
}

/** This machine's first address that is not its own alone. */
function ownAddress(): string | undefined {
  const addresses = Object.values(os.networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}
