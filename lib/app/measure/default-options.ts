import type { CameraOptions } from '../../camera/index.js';
import { parseConfig, type VideoConfig } from '../../config/index.js';
import { StreamerError } from '../../errors/index.js';
import type { RtpOutputOptions } from '../../outputs/rtp/index.js';
import { toCameraOptions } from '../camera-options.js';
import { toRtpOutputOptions } from '../rtp-output-options.js';
import type { Wanted } from './report.js';

export interface DefaultOptions {
  readonly camera: CameraOptions;
  readonly rtp: RtpOutputOptions;
  readonly video: VideoConfig;
}

/**
 * How the command streams a camera where the configuration says nothing else.
 *
 * @param port - of this machine, where RTP goes
 */
export function defaultOptions(device: string, wanted: Wanted, port: number): DefaultOptions {
  // TOML writes these values as JSON does. RTCP would go to a port that may be somebody else's.
  const text = `
[camera1]
device = ${JSON.stringify(device)}
width = ${String(wanted.width)}
height = ${String(wanted.height)}
fps = ${String(wanted.fpsWanted)}
[mjpeg-rtp]
rtcp = false
[mjpeg-rtp.camera1]
dest_host = "127.0.0.1"
dest_port = ${String(port)}
`;
  const { config } = parseConfig(text, 'measurement');
  const [camera] = config.cameras;
  const { video } = config;
  if (!camera || !video) throw new StreamerError('ERR_INTERNAL', 'the measurement has no camera');
  return { camera: toCameraOptions(camera, config.rtp), rtp: toRtpOutputOptions(camera, config), video };
}
