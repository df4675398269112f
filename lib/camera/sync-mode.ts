import type { ControlValue } from '../native/core-addon.js';
import { listCameras } from './list-cameras.js';
import type { CameraOptions } from './open-source.js';

/** What a camera is among those whose sensors expose at the same time: the one that leads, or one that follows it. */
export type SyncMode = 'server' | 'client';

/** Raspberry Pi's control of that name, which its own builds of libcamera have. */
const controlName = 'SyncMode';
const controlValues: Readonly<Record<SyncMode, ControlValue>> = { server: 1, client: 2 };

/** The options' sync mode, where the camera has it. */
export async function supportedSyncMode({
  device = 'auto',
  syncMode,
}: CameraOptions): Promise<SyncMode | undefined> {
  if (!syncMode || device === 'test' || device.startsWith('file:')) return undefined;
  const cameras = await listCameras();
  const camera = cameras.find(({ id, index }) =>
    device === 'auto' ? index === 0 : id === device || String(index) === device,
  );
  return camera?.controls.some(({ name }) => name === controlName) ? syncMode : undefined;
}

/** The options with the control that switches a sync mode on. */
export function withSyncMode(options: CameraOptions, syncMode: SyncMode | undefined): CameraOptions {
  if (!syncMode) return options;
  return { ...options, controls: { [controlName]: controlValues[syncMode], ...options.controls } };
}
