// What of a camera's configuration can change while it runs, and what that is in the file.
import { isDeepStrictEqual } from 'node:util';
import { StreamerError } from '../errors/index.js';
import { hostPort } from '../util/host-port.js';
import type {
  CameraConfig,
  CameraRtpConfig,
  Config,
  ControlValue,
  CropConfig,
  RtpDestinationConfig,
} from './config.js';
import { findConflicts } from './conflicts.js';
import { andMore } from './problem.js';
import type { CameraName } from './schema/file.js';
import type { Path } from './toml.js';

/** Undefined leaves a setting as it is. */
export interface LiveSettings {
  /** JPEG quality, 1..100. */
  readonly quality?: number | undefined;
  /** 0: no bound. */
  readonly maxBitrateKbps?: number | undefined;
  /** 0: a tenth of maxBitrateKbps. */
  readonly minBitrateKbps?: number | undefined;
  readonly minQuality?: number | undefined;
  readonly fps?: number | undefined;
  /** Pixels after rotation; null: all of the picture. */
  readonly crop?: CropConfig | null | undefined;
  /** By libcamera's names; those that are left out stay as they are. */
  readonly controls?: Readonly<Record<string, ControlValue>> | undefined;
  readonly destinations?: readonly RtpDestinationConfig[] | undefined;
}

/** A value that the file is to have. */
export interface ConfigEdit {
  readonly path: Path;
  readonly value: unknown;
}

/**
 * The configuration with other settings for one camera.
 *
 * @throws StreamerError ERR_CONFIG_CONFLICT when they do not go together; it names the keys of the file
 */
export function changeSettings(config: Config, name: CameraName, settings: LiveSettings): Config {
  const cameras = config.cameras.map((camera) => (camera.name === name ? changed(camera, settings) : camera));
  const result = { ...config, cameras };
  const [conflict, ...others] = findConflicts(result);
  if (!conflict) return result;
  throw new StreamerError(conflict.code, `${conflict.message}${andMore([conflict, ...others])}`);
}

function changed(camera: CameraConfig, settings: LiveSettings): CameraConfig {
  const { fps = camera.fps, crop = camera.crop, controls = {} } = settings;
  return {
    ...camera,
    fps,
    crop: crop ?? undefined,
    controls: { ...camera.controls, ...controls },
    rtp: changedRtp(camera.rtp, settings),
  };
}

function changedRtp(rtp: CameraRtpConfig, settings: LiveSettings): CameraRtpConfig {
  const { quality = rtp.quality, minQuality = rtp.minQuality, destinations = rtp.destinations } = settings;
  const { maxBitrateKbps = rtp.maxBitrateKbps ?? 0, minBitrateKbps = rtp.minBitrateKbps ?? 0 } = settings;
  return {
    ...{ ...rtp, quality, minQuality, destinations },
    maxBitrateKbps: maxBitrateKbps || undefined,
    minBitrateKbps: minBitrateKbps || undefined,
  };
}

/** What has to be edited in the file of one configuration to make it say the other. */
export function settingEdits(before: Config, after: Config): ConfigEdit[] {
  return after.cameras.flatMap((camera) => {
    const old = before.cameras.find(({ name }) => name === camera.name);
    return old ? [...cameraEdits(old, camera), ...rtpEdits(camera.name, old.rtp, camera.rtp)] : [];
  });
}

function cameraEdits(old: CameraConfig, { name, fps, crop, controls }: CameraConfig): ConfigEdit[] {
  const noCrop: CropConfig = { x: 0, y: 0, width: 0, height: 0 };
  return [
    ...edit(old.fps, fps, [name, 'fps']),
    ...Object.entries(crop ?? noCrop).flatMap(([side, value]: [string, number]) =>
      edit((old.crop ?? noCrop)[side as keyof CropConfig], value, [name, 'crop', side]),
    ),
    ...Object.entries(controls).flatMap(([control, value]) =>
      edit(old.controls[control], value, [name, 'controls', control]),
    ),
  ];
}

function rtpEdits(name: CameraName, old: CameraRtpConfig, rtp: CameraRtpConfig): ConfigEdit[] {
  const section = ['mjpeg-rtp', name];
  return [
    ...edit(old.quality, rtp.quality, [...section, 'quality']),
    ...edit(old.maxBitrateKbps ?? 0, rtp.maxBitrateKbps ?? 0, [...section, 'max_bitrate_kbps']),
    ...edit(old.minBitrateKbps ?? 0, rtp.minBitrateKbps ?? 0, [...section, 'min_bitrate_kbps']),
    ...edit(old.minQuality, rtp.minQuality, [...section, 'min_quality']),
    ...destinationEdits(section, old.destinations, rtp.destinations),
  ];
}

/** The first one has keys of its own, the others are a list. */
function destinationEdits(
  section: Path,
  [oldFirst, ...oldOthers]: readonly RtpDestinationConfig[],
  [first, ...others]: readonly RtpDestinationConfig[],
): ConfigEdit[] {
  const textOf = (list: readonly RtpDestinationConfig[]) =>
    list.map(({ host, port }) => hostPort(host, port));
  return [
    ...edit(oldFirst?.host, first?.host, [...section, 'dest_host']),
    ...edit(oldFirst?.port, first?.port, [...section, 'dest_port']),
    ...edit(oldFirst?.rtcpPort ?? 0, first?.rtcpPort ?? 0, [...section, 'rtcp_port']),
    ...edit(textOf(oldOthers), textOf(others), [...section, 'destinations']),
  ];
}

function edit(old: unknown, value: unknown, path: Path): ConfigEdit[] {
  return isDeepStrictEqual(old, value) ? [] : [{ path, value }];
}
