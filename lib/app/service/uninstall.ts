import { mustRun, runCommand, type Command } from './commands.js';
import { SystemFiles } from './file-system.js';
import { readRecord } from './record.js';
import { requireRunningSystem } from './requirements.js';
import { recordFile, unitName } from './service-paths.js';
import { hasUser } from './users.js';

export interface UninstallOptions {
  /** `/`, or a folder with another system in it, which does not run. */
  readonly root: string;
  /** Nothing is changed. */
  readonly dryRun: boolean;
}

/** What was removed, or would be. */
export interface UninstallReport {
  readonly wasInstalled: boolean;
  readonly files: readonly string[];
  /** Before the files go, and after. */
  readonly commands: readonly Command[];
}

/**
 * Stops the service, and removes what installing it has made, and nothing else.
 *
 * @throws StreamerError ERR_SERVICE
 */
export function uninstallService({ root, dryRun }: UninstallOptions): UninstallReport {
  const files = new SystemFiles(root);
  if (!dryRun) requireRunningSystem(files, 'uninstall');
  const record = readRecord(files);
  if (!record) return { wasInstalled: false, files: [], commands: [] };
  const rootOption = files.isRunning ? [] : [`--root=${files.root}`];
  const before: Command[] = files.isRunning
    ? [['systemctl', 'disable', '--now', unitName]]
    : [['systemctl', ...rootOption, 'disable', unitName]];
  const { createdUser } = record;
  const hasCreated = createdUser !== undefined && hasUser(files, createdUser);
  const after: Command[] = [
    ...(files.isRunning ? [['systemctl', 'daemon-reload'] as const] : []),
    ...(hasCreated
      ? [['userdel', ...(files.isRunning ? [] : ['--prefix', files.root]), createdUser] as const]
      : []),
  ];
  const removed = [...record.files, recordFile];
  if (!dryRun) {
    for (const command of before) mustRun(command);
    for (const file of removed) files.remove(file);
    for (const folder of record.folders) files.removeEmptyFolder(folder);
    for (const command of after) mustRun(command);
    // systemd remembers one that has failed, though it is no more.
    if (files.isRunning) runCommand(['systemctl', 'reset-failed', unitName]);
  }
  return { wasInstalled: true, files: removed, commands: [...before, ...after] };
}
