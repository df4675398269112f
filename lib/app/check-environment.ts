import { listCameras, type CameraDescription } from '../camera/index.js';
import { streamedCameras, type CameraConfig, type Config, type SourceConfig } from '../config/index.js';
import { StreamerError } from '../errors/index.js';
import { resolveHost } from '../net/resolve-host.js';

/** What of a configuration depends on this machine and its network. */
export interface EnvironmentChecks {
  /** All of them; if not, those that are required. */
  readonly cameras: boolean;
  readonly hosts: boolean;
}

/**
 * Looks whether the cameras are there and the hosts have addresses, now. A running stream would wait for them.
 *
 * @throws StreamerError ERR_CAMERA_NOT_FOUND with a list of the cameras there are, ERR_HOST_NOT_FOUND
 */
export async function checkEnvironment(config: Config, checks: EnvironmentChecks): Promise<void> {
  const enabled = streamedCameras(config);
  if (checks.hosts) await Promise.all(enabled.map((camera) => checkHost(camera)));
  const captured = enabled.filter((camera) => isCaptured(camera) && (checks.cameras || camera.isRequired));
  if (captured.length === 0) return;
  const cameras = await camerasFor(captured[0]);
  for (const camera of captured) {
    const missing = findMissingCamera(camera, cameras);
    if (missing) throw missing;
  }
}

/** Whether its frames come from libcamera. */
export function isCaptured({ source }: CameraConfig): boolean {
  return source.kind !== 'test' && source.kind !== 'file';
}

/**
 * Why a camera of the configuration can't be opened.
 *
 * @param cameras - those there are
 * @returns ERR_CAMERA_NOT_FOUND; undefined when it is there
 */
export function findMissingCamera(
  { name, source }: CameraConfig,
  cameras: readonly CameraDescription[],
): StreamerError | undefined {
  return isThere(source, cameras) ? undefined : notFound(name, source, cameras);
}

/** Without libcamera no camera can be there. */
async function camerasFor(wanted: CameraConfig | undefined): Promise<CameraDescription[]> {
  try {
    return await listCameras();
  } catch (error) {
    if (!(error instanceof StreamerError)) throw error;
    const name = wanted?.name ?? 'camera';
    throw new StreamerError(
      'ERR_CAMERA_NOT_FOUND',
      `${name}: no camera can be found: ${error.message}`,
      error,
    );
  }
}

async function checkHost({ name, rtp }: CameraConfig): Promise<void> {
  try {
    for (const { host } of rtp.destinations) await resolveHost(host);
  } catch (error) {
    if (!(error instanceof StreamerError)) throw error;
    throw new StreamerError(error.code, `${name}: ${error.message}`, error);
  }
}

function isThere(source: SourceConfig, cameras: readonly CameraDescription[]): boolean {
  switch (source.kind) {
    case 'camera-id':
      return cameras.some(({ id }) => id === source.id);
    case 'camera-index':
      return cameras.some(({ index }) => index === source.index);
    default:
      return cameras.some(({ index }) => index !== null);
  }
}

function notFound(name: string, source: SourceConfig, cameras: readonly CameraDescription[]): StreamerError {
  const wanted =
    source.kind === 'camera-id'
      ? `with id ${source.id}`
      : source.kind === 'camera-index'
        ? String(source.index)
        : 'at all';
  const list = cameras.map(({ id, index }) => (index === null ? id : `${String(index)}: ${id}`));
  const there =
    list.length > 0
      ? `there are ${list.join(', ')}`
      : 'libcamera sees none: `pi-camera-streamer doctor` says what to look at';
  return new StreamerError('ERR_CAMERA_NOT_FOUND', `${name}: no camera ${wanted}; ${there}`);
}
