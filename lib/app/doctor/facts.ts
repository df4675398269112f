import { loadConfig, type CameraConfig, type LoadedConfig } from '../../config/index.js';
import type { CameraDescription } from '../../camera/index.js';
import { searchCameraAddon, type CameraAddon } from '../../native/camera-addon.js';
import { searchCoreAddon, type CoreAddon } from '../../native/core-addon.js';
import type { AddonSearch } from '../../native/loader.js';
import { isCaptured } from '../check-environment.js';
import type { FindingStatus } from './finding.js';
import { probe, type ProbeResult } from './probe.js';

/** What several checks look at. */
export interface Facts {
  readonly core: AddonSearch<CoreAddon>;
  readonly camera: AddonSearch<CameraAddon>;
  /** Undefined where no camera addon loads. */
  readonly cameras: Promise<ProbeResult<readonly CameraDescription[]>> | undefined;
  /** The configuration, or why it can't be read. */
  readonly configuration: LoadedConfig | Error;
  /** Cameras whose RTP is enabled. */
  readonly enabled: readonly CameraConfig[];
  /** What it amounts to when no real camera can be used: that depends on what is to be streamed. */
  readonly withoutCamera: FindingStatus;
}

/** @param configFile - undefined: config.toml in the working directory, if it is there */
export function gatherFacts(configFile: string | undefined): Facts {
  const configuration = readConfiguration(configFile);
  const enabled =
    configuration instanceof Error ? [] : configuration.config.cameras.filter(({ rtp }) => rtp.enabled);
  const camera = searchCameraAddon();
  return {
    core: searchCoreAddon(),
    camera,
    cameras: camera.loaded && probe('cameras'),
    configuration,
    enabled,
    withoutCamera: statusWithoutCamera(enabled),
  };
}

/** @param enabled - the cameras that are to be streamed */
export function statusWithoutCamera(enabled: readonly CameraConfig[]): FindingStatus {
  if (enabled.length === 0) return 'warning';
  return enabled.some(isCaptured) ? 'failure' : 'note';
}

function readConfiguration(file: string | undefined): LoadedConfig | Error {
  try {
    return loadConfig(file);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
