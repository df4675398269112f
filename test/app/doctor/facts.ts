import { parseConfig } from '../../../lib/config/index.js';
import type { CameraDescription } from '../../../lib/camera/index.js';
import { statusWithoutCamera, type Facts } from '../../../lib/app/doctor/facts.js';
import { searchCameraAddon } from '../../../lib/native/camera-addon.js';
import { searchCoreAddon } from '../../../lib/native/core-addon.js';

/** This machine's facts, with a configuration and cameras of a test's own. */
export function factsWith(toml: string, cameras?: Facts['cameras']): Facts {
  const configuration = parseConfig(toml, 'config.toml');
  const enabled = configuration.config.cameras.filter(({ rtp }) => rtp.enabled);
  return {
    core: searchCoreAddon(),
    camera: searchCameraAddon(),
    cameras,
    configuration,
    enabled,
    withoutCamera: statusWithoutCamera(enabled),
  };
}

/** A CSI camera. */
export function cameraWithId(id: string, index: number): CameraDescription {
  return {
    id,
    index,
    model: 'imx708',
    location: 'back',
    rotation: 0,
    formats: [],
    sensorModes: [],
    controls: [],
  };
}
