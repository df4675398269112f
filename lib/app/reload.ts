import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import {
  dotted,
  settingEdits,
  streamedCameras,
  type CameraConfig,
  type Config,
  type LoadedConfig,
} from '../config/index.js';
import { StreamerError } from '../errors/index.js';
import type { CameraStream } from './camera-stream.js';
import type { LiveConfig } from './live-config.js';

export interface ReloadOptions {
  /** Reads the configuration anew. @throws StreamerError when it is wrong; then everything stays as it is */
  readonly load: () => Pick<LoadedConfig, 'config' | 'sections' | 'file'>;
  readonly streams: readonly CameraStream[];
  readonly settings: LiveConfig;
  readonly logger: Logger;
}

/**
 * Makes what the configuration file says now hold. Cameras of which nothing has changed are not touched; what can change
 * while a camera runs does so; all else of a camera stops and starts that camera. What was changed through the web server
 * and not saved is as the file has it again.
 */
export async function reloadConfig({ load, streams, settings, logger }: ReloadOptions): Promise<void> {
  let loaded;
  try {
    loaded = load();
  } catch (error) {
    if (!(error instanceof StreamerError)) throw error;
    logger.error({ code: error.code }, `not reloaded: ${error.message}; everything goes on as it was`);
    return;
  }
  const before = settings.current;
  const postponed = postponedSections(before, loaded.config);
  if (postponed.length > 0) {
    logger.warn(`takes effect at the next start: ${postponed.join(', ')}`);
  }
  const changes = streams.map((stream) => {
    const next = streamedCameras(loaded.config).find(({ name }) => name === stream.name) ?? stream.config;
    return { stream, next, kind: kindOfChange(before, loaded.config, stream.config, next) };
  });
  settings.reload(loaded);
  for (const { next, kind } of changes) if (kind === 'restart') settings.replaceCamera(next);
  const outcomes = await Promise.all(
    changes.map(async ({ stream, next, kind }) => {
      const changed = kind === 'live' && describeChange(before, stream.name, next);
      if (changed && (await changeLive(stream, next, logger))) return `${stream.name} ${changed}`;
      if (kind === 'none' && stream.pipeline.state !== 'failed') return `${stream.name} as before`;
      if (kind === 'live') settings.replaceCamera(next); // what of it could not be changed
      return `${stream.name} ${(await stream.restart()) ? 'started anew' : 'stays stopped'}`;
    }),
  );
  logger.info(`reloaded: ${outcomes.join('; ')}`);
}

/** Such as `changed: mjpeg-rtp.camera1.quality = 42`. */
function describeChange(before: Config, name: CameraConfig['name'], next: CameraConfig): string {
  const cameras = before.cameras.map((camera) => (camera.name === name ? next : camera));
  const edits = settingEdits(before, { ...before, cameras });
  return `changed: ${edits.map(({ path, value }) => `${dotted(path)} = ${JSON.stringify(value)}`).join(', ')}`;
}

type Change = 'none' | 'live' | 'restart';

/** Whether all of it could be changed while the camera runs. */
async function changeLive(stream: CameraStream, next: CameraConfig, logger: Logger): Promise<boolean> {
  try {
    await changeEach(stream, next);
    return true;
  } catch (error) {
    if (!(error instanceof StreamerError)) throw error;
    logger.warn({ camera: stream.name, code: error.code }, error.message);
    return false;
  }
}

/** Step by step: a camera that is opened again takes controls at another time than one that goes on. */
async function changeEach(stream: CameraStream, next: CameraConfig): Promise<void> {
  const { quality, minQuality, maxBitrateKbps = 0, minBitrateKbps = 0, destinations } = next.rtp;
  const before = stream.config;
  await stream.change({ quality, minQuality, maxBitrateKbps, minBitrateKbps });
  if (next.fps !== before.fps || !isDeepStrictEqual(next.crop, before.crop)) {
    await stream.change({ fps: next.fps, crop: next.crop ?? null });
  }
  if (!isDeepStrictEqual(next.controls, before.controls)) await stream.change({ controls: next.controls });
  const old = before.rtp.destinations;
  const isIn = (list: Destinations, one: Destinations[number]): boolean =>
    list.some((other) => isDeepStrictEqual(other, one));
  // There is always one: the new ones come before the old ones go.
  for (const added of destinations.filter((each) => !isIn(old, each))) await stream.addDestination(added);
  for (const { host, port } of old.filter((each) => !isIn(destinations, each)))
    await stream.removeDestination(host, port);
}

function kindOfChange(before: Config, after: Config, camera: CameraConfig, next: CameraConfig): Change {
  if (!isDeepStrictEqual(streamWide(before), streamWide(after))) return 'restart';
  if (!isDeepStrictEqual(fixed(camera), fixed(next))) return 'restart';
  // A control that is set can't be unset, and a destination is known by its address alone.
  if (Object.keys(camera.controls).some((name) => !(name in next.controls))) return 'restart';
  if (hasOtherRtcpPort(camera.rtp.destinations, next.rtp.destinations)) return 'restart';
  return isDeepStrictEqual(withoutPostponed(camera), withoutPostponed(next)) ? 'none' : 'live';
}

type Destinations = CameraConfig['rtp']['destinations'];

function hasOtherRtcpPort(before: Destinations, after: Destinations): boolean {
  return after.some(({ host, port, rtcpPort }) =>
    before.some((old) => old.host === host && old.port === port && old.rtcpPort !== rtcpPort),
  );
}

/** What all cameras' RTP has in common. */
function streamWide({ rtp }: Config): object {
  return { ...rtp, statsIntervalSeconds: 0 };
}

/** What of a camera can't change while it runs. */
function fixed(camera: CameraConfig): object {
  const none = undefined;
  const rates = { minQuality: none, maxBitrateKbps: none, minBitrateKbps: none };
  const rtp = { ...camera.rtp, ...rates, quality: none, destinations: none };
  return { ...withoutPostponed(camera), fps: none, crop: none, controls: none, rtp };
}

/** Without what holds from the start of the program on. */
function withoutPostponed(camera: CameraConfig): object {
  return { ...camera, isRequired: undefined, webrtcPort: undefined, whip: undefined };
}

/** Sections and keys that have changed and are read at the start only. */
function postponedSections(before: Config, after: Config): string[] {
  const changed = (a: unknown, b: unknown, name: string): string[] => (isDeepStrictEqual(a, b) ? [] : [name]);
  const names = (config: Config): string[] => streamedCameras(config).map(({ name }) => name);
  const cameras = after.cameras.flatMap((next) => {
    const camera = before.cameras.find(({ name }) => name === next.name);
    if (!camera) return [];
    return [
      ...changed(camera.webrtcPort, next.webrtcPort, `webrtc_port of [${next.name}]`),
      ...changed(camera.whip, next.whip, `whip_... of [${next.name}]`),
    ];
  });
  return [
    ...changed(names(before), names(after), 'which cameras are streamed'),
    ...cameras,
    ...changed(before.rtp.statsIntervalSeconds, after.rtp.statsIntervalSeconds, 'stats_interval_seconds'),
    ...changed(before.server, after.server, '[server]'),
    ...changed(before.webrtc, after.webrtc, '[webrtc]'),
    ...changed(before.video, after.video, 'the video encoder'),
    ...changed(before.maxMemoryBytes, after.maxMemoryBytes, 'max_memory_usage_mb'),
    ...changed(before.shutdownTimeoutMs, after.shutdownTimeoutMs, 'shutdown_timeout_seconds'),
  ];
}
