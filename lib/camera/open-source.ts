import { StreamerError } from '../errors/index.js';
import { cameraAddon, type SensorMode } from '../native/camera-addon.js';
import {
  coreAddon,
  type ControlValue,
  type CropRectangle,
  type Flip,
  type NativeSource,
} from '../native/core-addon.js';

/** What a camera is among those whose sensors expose at the same time: the one that leads, or one that follows it. */
export type SyncMode = 'server' | 'client';

/** Values of Raspberry Pi's control of that name, which its own builds of libcamera have. */
const syncModeValues: Readonly<Record<SyncMode, number>> = { server: 1, client: 2 };

/** How a camera is opened and what its frames become. */
export interface CameraOptions {
  /**
   * `auto` (the CSI camera of index 0), an index as `rpicam-hello --list-cameras` has it, a libcamera id, `test` (a moving pattern), or `file:PATH` (a .y4m file,
   * a JPEG, or a folder of JPEGs). Default `auto`.
   */
  readonly device?: string;
  /** Pixels that the camera delivers, before crop, scaling and rotation. Default 640 x 480. */
  readonly width?: number;
  readonly height?: number;
  /** Frames per second, default 30; files: default their own. */
  readonly fps?: number;
  /** libjpeg's quality, 1..100, default 85. */
  readonly quality?: number;
  /** Default none. Rotations are clockwise. */
  readonly flip?: Flip;
  /** Part of the picture, in pixels after orientation. Default all of it. */
  readonly crop?: CropRectangle;
  /** Scale to this size. Default: no scaling. */
  readonly target?: { readonly width: number; readonly height: number };
  /** What the source's pixels are, when its own label is known to be false. Default `auto`: believe the label. */
  readonly colorRange?: 'auto' | 'full' | 'limited';
  /** Camera controls by libcamera's names, set at the start. */
  readonly controls?: Readonly<Record<string, ControlValue>>;
  readonly sensorMode?: SensorMode;
  /** The camera's tuning file. Holds for the whole process. */
  readonly tuningFile?: string;
  /** Expose at the same time as another camera, where libcamera can do that: see `Camera.syncMode`. */
  readonly syncMode?: SyncMode;
  /** Files and the test pattern: false plays as fast as the frames are taken, with none lost. Default true. */
  readonly paced?: boolean;
  /** Files: whether to begin again at the end. Default true. */
  readonly loop?: boolean;
  /**
   * MCUs (16x16 pixels, 16x8 in 4:2:2) from one restart marker to the next, 1..65535; default 0: no restart markers.
   * `auto`: as an RtpOutput with the profile `restart` wants it. With markers RFC 2435 types 64 and 65 are sent, which
   * not every receiver takes.
   */
  readonly restartInterval?: number | 'auto';
  /** Threads that encode a frame together, 1..8, default 1; several need `restartInterval`. */
  readonly encodeThreads?: number;
  /**
   * Show a frame to consumers that can use it, such as RtpOutput, while it is still being encoded. Frames that encode
   * within a millisecond are not cut up. Default false.
   */
  readonly subFrame?: boolean;
  /** How many frames can be on loan at a time, 3..64, default 8. */
  readonly slots?: number;
}

/** Opens the source that the options name. */
export async function openSource(options: CameraOptions): Promise<NativeSource> {
  const { device = 'auto', width = 640, height = 480, flip = 'none', paced = true, loop = true } = options;
  if (device === 'test') {
    return coreAddon().openTestSource({ width, height, fps: options.fps ?? 30, flip, paced });
  }
  if (device.startsWith('file:')) {
    const path = device.slice('file:'.length);
    if (path === '') {
      throw new StreamerError('ERR_INVALID_ARGUMENT', 'file: needs a path behind it, such as file:clip.y4m');
    }
    return coreAddon().openFileSource({ path, fps: options.fps ?? 0, flip, paced, loop });
  }
  return cameraAddon().openCamera({
    camera: device,
    width,
    height,
    fps: options.fps ?? 30,
    flip,
    controls: options.controls ?? {},
    ...(options.sensorMode && { sensorMode: options.sensorMode }),
    ...(options.syncMode && { syncMode: syncModeValues[options.syncMode] }),
    ...(options.tuningFile !== undefined && { tuningFile: options.tuningFile }),
  });
}
