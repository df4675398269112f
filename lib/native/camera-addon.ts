import { compareVersions } from './compare-versions.js';
import {
  abiMismatch,
  coreAddon,
  searchCoreAddon,
  type ControlValue,
  type Flip,
  type NativeSource,
} from './core-addon.js';
import { searchAddon, type AddonSearch } from './loader.js';
import { cameraMissing } from './missing-addon.js';

export interface SensorMode {
  readonly width: number;
  readonly height: number;
  /** Bits per sample; absent: any. */
  readonly bitDepth?: number | undefined;
}

export interface LibcameraSourceOptions {
  /** A libcamera id, an index as `rpicam-hello --list-cameras` has it, or `auto`, which is index 0. */
  readonly camera: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly flip: Flip;
  /** By libcamera's names. */
  readonly controls: Readonly<Record<string, ControlValue>>;
  readonly sensorMode?: SensorMode;
  /** The value for the control SyncMode; a camera that lacks the control ignores it. */
  readonly syncMode?: number;
  /** For the whole process; has to be set before the first camera is opened. */
  readonly tuningFile?: string;
}

/** What the camera addon exports. */
export interface CameraAddon {
  readonly nativeAbiVersion: number;
  readonly sourceAbiVersion: number;
  /** Of the library in use. */
  readonly libcameraVersion: string;
  /** Of the headers that the addon was built with. */
  readonly builtAgainst: string;
  listCameras(): Promise<CameraDescription[]>;
  /** Calls back, from now on, when libcamera finds a camera while it runs. To be called once. */
  watchCameras(onAdded: () => void): void;
  openCamera(options: LibcameraSourceOptions): Promise<NativeSource>;
}

/** A control that a camera has. */
export interface ControlDescription {
  readonly name: string;
  /** As libcamera calls it, such as `boolean`, `integer` or `float`. */
  readonly type: string;
  /** Whether it takes several values. */
  readonly array: boolean;
  readonly min: ControlValue | null;
  readonly max: ControlValue | null;
  readonly default: ControlValue | null;
  /** Names that may be given instead of numbers. */
  readonly enumerators: Readonly<Record<string, number>>;
}

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** A camera as libcamera sees it. */
export interface CameraDescription {
  readonly id: string;
  /** Position among the CSI cameras, sorted by id; null for others, such as USB cameras. */
  readonly index: number | null;
  readonly model: string;
  readonly location: '' | 'front' | 'back' | 'external';
  /** Degrees by which the sensor is mounted turned; null where that is not known. */
  readonly rotation: number | null;
  readonly formats: readonly {
    readonly pixelFormat: string;
    readonly sizes: readonly PixelSize[];
    readonly smallest: PixelSize;
    readonly largest: PixelSize;
  }[];
  readonly sensorModes: readonly SensorMode[];
  readonly controls: readonly ControlDescription[];
}

let search: AddonSearch<CameraAddon> | undefined;

/** Looks for the camera addon, once for the process: one file for each libcamera ABI, the newest that loads. */
export function searchCameraAddon(): AddonSearch<CameraAddon> {
  search ??= searchAddon<CameraAddon>({
    subfolder: 'camera',
    choose: bestFirst,
    mismatch: (addon) => abiMismatch(addon) || sourceMismatch(addon.sourceAbiVersion),
  });
  return search;
}

/**
 * The camera addon, loaded at the first call.
 *
 * @throws StreamerError ERR_NATIVE_MISSING, ERR_CAMERA_UNAVAILABLE, ERR_ADDON_MISMATCH
 */
export function cameraAddon(): CameraAddon {
  coreAddon(); // without it no camera can be used either
  const { loaded, attempts } = searchCameraAddon();
  if (!loaded) throw cameraMissing(attempts);
  return loaded.addon;
}

// `system` is built against this machine's own libcamera; the others are named by SONAME, such as 0.7.
function bestFirst(names: readonly string[]): string[] {
  const addons = names.filter((name) => name.endsWith('.node'));
  const isSystem = (name: string): number => Number(name === 'system.node');
  return addons.sort((a, b) => isSystem(b) - isSystem(a) || compareVersions(b, a));
}

// Sources go from this addon to the core one.
function sourceMismatch(version: number | undefined): string {
  const expected = searchCoreAddon().loaded?.addon.sourceAbiVersion;
  if (expected === undefined || version === expected) return '';
  return `speaks version ${String(version)} of the source interface, and the core addon version ${String(expected)}`;
}
