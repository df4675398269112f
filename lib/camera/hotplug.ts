import { cameraAddon } from '../native/camera-addon.js';

const listeners = new Set<() => void>();
let isWatching = false;

/**
 * Calls the listener when libcamera finds a camera, as it does while at least one camera is open.
 *
 * @returns what ends it
 * @throws StreamerError when there is no camera addon
 */
export function onCameraAdded(listener: () => void): () => void {
  if (!isWatching) {
    cameraAddon().watchCameras(() => {
      for (const each of listeners) each();
    });
    isWatching = true;
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
