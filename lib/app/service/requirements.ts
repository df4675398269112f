import { existsSync } from 'node:fs';
import { StreamerError } from '../../errors/index.js';
import type { SystemFiles } from './file-system.js';

export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/**
 * What installing and removing need.
 *
 * @throws StreamerError ERR_SERVICE, with what to do
 */
export function requireRunningSystem(files: SystemFiles, action: 'install' | 'uninstall'): void {
  if (!isRoot()) {
    // By its full path: sudo has a PATH of its own, without what nvm has installed.
    const itself = [process.execPath, ...process.argv.slice(1, 2)].join(' ');
    throw new StreamerError('ERR_SERVICE', `needs root: sudo ${itself} service ${action} ...`);
  }
  // As sd_booted(3) has it.
  if (files.isRunning && !existsSync('/run/systemd/system')) {
    throw new StreamerError(
      'ERR_SERVICE',
      'this system was not started by systemd, so that it can have no services of it; --root DIR is for a system in a folder, --dry-run shows what there is to do',
    );
  }
}
