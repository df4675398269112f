import { streamedCameras, type Config } from '../config/index.js';
import { StreamerError } from '../errors/index.js';

/** @throws StreamerError ERR_CONFIG_CONFLICT when no camera is to be streamed */
export function checkSomethingToDo(config: Config): void {
  if (streamedCameras(config).length > 0) return;
  throw new StreamerError(
    'ERR_CONFIG_CONFLICT',
    'no camera is to be streamed: give --dest HOST:PORT, or set dest_host in [mjpeg-rtp.camera1] of the configuration',
  );
}
