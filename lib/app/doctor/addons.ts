import type { AddonAttempt, AddonSearch } from '../../native/loader.js';
import { diagnoseCamera, diagnoseCore } from '../../native/missing-addon.js';
import type { Facts } from './facts.js';
import type { CheckResult } from './finding.js';

/** The core addon: nothing is streamed without. */
export function checkCoreAddon({ core }: Pick<Facts, 'core'>): CheckResult {
  if (core.loaded) return loadedFrom(core, core.loaded.file);
  return {
    status: 'failure',
    title: 'no core addon can be used: nothing can be streamed',
    details: core.attempts.map(describe),
    remedy: diagnoseCore(core.attempts).command,
  };
}

/** The camera addon: test pattern and files are streamed without. */
export function checkCameraAddon({
  camera,
  withoutCamera,
}: Pick<Facts, 'camera' | 'withoutCamera'>): CheckResult {
  if (camera.loaded) return loadedFrom(camera, camera.loaded.file);
  return {
    status: withoutCamera,
    title: 'no camera addon can be used: only the test pattern and files can be streamed',
    details: camera.attempts.map(describe),
    remedy: diagnoseCamera(camera.attempts).command,
  };
}

/** With those that should have come before it. */
function loadedFrom({ attempts }: AddonSearch<unknown>, file: string): CheckResult {
  const failed = attempts.filter(({ outcome }) => outcome !== 'loaded' && outcome !== 'absent');
  return { status: failed.length > 0 ? 'note' : 'ok', title: file, details: failed.map(describe) };
}

function describe({ file, reason }: AddonAttempt): string {
  return `${file}: ${reason}`;
}
