import type { z } from 'zod';
import { StreamerError } from '../errors/index.js';
import type { CameraConfig, Config } from './config.js';
import { findConflicts } from './conflicts.js';
import { andMore, shown } from './problem.js';
import { allowedValues } from './reference.js';
import { resolveSource } from './resolve.js';
import {
  device,
  deviceAllowed,
  framesPerSecond,
  host,
  hostAllowed,
  pictureSize,
  port,
  quality,
  webPort,
} from './schema/fields.js';

/** Settings from the command line, which win over the file. Undefined leaves a setting as it is. */
export interface Overrides {
  /** As `device` in the file. */
  readonly source?: string | undefined;
  readonly dest?: { readonly host: string; readonly port: number } | undefined;
  /** Pixels. */
  readonly width?: number | undefined;
  /** Pixels. */
  readonly height?: number | undefined;
  /** Frames per second. */
  readonly fps?: number | undefined;
  /** JPEG quality, 1 to 100. */
  readonly quality?: number | undefined;
  /** Whether the web server runs; true leaves it to the file. */
  readonly web?: boolean | undefined;
  readonly webPort?: number | undefined;
}

/**
 * Applies the overrides to every camera whose RTP is enabled, or to the first camera if there is none. A source or a
 * destination enables it; the destination counts up by two ports from camera to camera.
 *
 * @throws StreamerError ERR_USAGE that names the option
 */
export function applyOverrides(config: Config, overrides: Overrides): Config {
  checkValues(overrides);
  const enabled = config.cameras.filter((camera) => camera.rtp.enabled);
  const targets = enabled.length > 0 ? enabled : config.cameras.slice(0, 1);
  const cameras = config.cameras.map((camera) => {
    const position = targets.indexOf(camera);
    return position < 0 ? camera : overridden(camera, overrides, position);
  });
  const { web = true, webPort: port = config.server.webPort } = overrides;
  const server = { ...config.server, enabled: config.server.enabled && web, webPort: port };
  const result = { ...config, cameras, server };
  checkConflicts(result, overrides);
  return result;
}

/** @param position - of the camera among those that are overridden, from 0 */
function overridden(camera: CameraConfig, overrides: Overrides, position: number): CameraConfig {
  const { source, dest } = overrides;
  return {
    ...camera,
    source: source === undefined ? camera.source : resolveSource(source, camera.name),
    width: overrides.width ?? camera.width,
    height: overrides.height ?? camera.height,
    fps: overrides.fps ?? camera.fps,
    rtp: {
      ...camera.rtp,
      enabled: camera.rtp.enabled || source !== undefined || dest !== undefined,
      quality: overrides.quality ?? camera.rtp.quality,
      ...(dest && {
        destinations: [
          { host: dest.host, port: destPort(dest.port, position, camera.name), rtcpPort: undefined },
        ],
      }),
    },
  };
}

function destPort(first: number, position: number, camera: string): number {
  const destination = first + 2 * position;
  if (port.safeParse(destination).success) return destination;
  const message = `--dest: port ${String(first)} leaves none for ${camera}, which gets ${String(destination)}; choose a lower one`;
  throw new StreamerError('ERR_USAGE', message);
}

function checkValues(overrides: Overrides): void {
  const { source, dest, width, height, fps, quality: jpegQuality } = overrides;
  checkValue('--source', source, device, deviceAllowed);
  checkValue('--dest host', dest?.host, host, hostAllowed);
  checkValue('--dest port', dest?.port, port);
  checkValue('--width', width, pictureSize);
  checkValue('--height', height, pictureSize);
  checkValue('--fps', fps, framesPerSecond);
  checkValue('--quality', jpegQuality, quality);
  checkValue('--web-port', overrides.webPort, webPort);
}

function checkValue(
  option: string,
  value: unknown,
  schema: z.ZodType,
  allowed = allowedValues(schema),
): void {
  if (value === undefined || schema.safeParse(value).success) return;
  throw new StreamerError('ERR_USAGE', `${option} is ${shown(value)}, but must be ${allowed}`);
}

/** The file was free of conflicts, so the options made those that are there now. */
function checkConflicts(config: Config, overrides: Overrides): void {
  const [first, ...others] = findConflicts(config);
  if (!first) return;
  const names = ['source', 'dest', 'width', 'height', 'fps', 'quality'] as const;
  const options = names.filter((name) => overrides[name] !== undefined).map((name) => `--${name}`);
  throw new StreamerError(
    'ERR_USAGE',
    `${options.join(', ')}: ${first.message}${andMore([first, ...others])}`,
  );
}
