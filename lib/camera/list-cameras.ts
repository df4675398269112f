import { cameraAddon, type CameraDescription } from '../native/camera-addon.js';
import { fromNativeError } from '../native/core-addon.js';

/**
 * The cameras that libcamera sees, in the order of `rpicam-hello --list-cameras`.
 *
 * @throws StreamerError ERR_CAMERA_UNAVAILABLE when no camera addon loads, ERR_CAMERA_FAILED
 */
export async function listCameras(): Promise<CameraDescription[]> {
  try {
    return await cameraAddon().listCameras();
  } catch (error) {
    throw fromNativeError(error, 'ERR_CAMERA_FAILED');
  }
}
