import { accessSync, constants } from 'node:fs';
import type { CameraDescription } from '../../camera/index.js';
import type { CameraConfig } from '../../config/index.js';
import { findMissingCamera, isCaptured } from '../check-environment.js';
import type { Facts } from './facts.js';
import { worstStatus, type CheckResult, type Part } from './finding.js';

/** Whether what the configuration's cameras are made of is there. Nothing to say where it streams none. */
export async function checkSources({
  cameras,
  enabled,
}: Pick<Facts, 'cameras' | 'enabled'>): Promise<CheckResult | undefined> {
  if (enabled.length === 0) return undefined;
  const result = await cameras;
  const there = result && 'answer' in result ? result.answer : undefined;
  const parts = enabled.map((camera) =>
    isCaptured(camera) ? checkCamera(camera, there) : checkOther(camera),
  );
  const status = worstStatus(parts);
  const details = parts.map(({ text }) => text);
  if (status === 'ok') return { status, title: 'what is to be streamed is there', details };
  return {
    status,
    title: 'not all that is to be streamed is there',
    details,
    remedy:
      'correct device in [cameraN]: pi-camera-streamer cameras lists what there is, "test" needs no camera',
  };
}

/** @param there - undefined where they cannot be listed */
function checkCamera(camera: CameraConfig, there: readonly CameraDescription[] | undefined): Part {
  if (!there) return { status: 'failure', text: `${camera.name}: cameras cannot be listed` };
  const missing = findMissingCamera(camera, there);
  return missing
    ? { status: 'failure', text: missing.message }
    : { status: 'ok', text: `${camera.name}: its camera is there` };
}

/** The test pattern, or a file. */
function checkOther({ name, source }: CameraConfig): Part {
  if (source.kind !== 'file') return { status: 'ok', text: `${name}: the test pattern` };
  try {
    accessSync(source.path, constants.R_OK);
    return { status: 'ok', text: `${name}: ${source.path}` };
  } catch {
    return { status: 'failure', text: `${name}: ${source.path} can't be read, or is not there` };
  }
}
