import { existsSync, realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { StreamerError } from '../../errors/index.js';
import { packageFolder } from '../../native/package-folder.js';
import { isAllowed, type Identity } from './access.js';
import { mustRun, runCommand, type Command } from './commands.js';
import { SystemFiles, type FileChange, type PlannedFile } from './file-system.js';
import { planInstall, type InstallOptions, type InstallPlan } from './install-plan.js';
import { isRoot, requireRunningSystem } from './requirements.js';
import { mark, serviceName, unitFile, unitName } from './service-paths.js';
import { hasUser, isUserName } from './users.js';

export interface ServiceInstallOptions extends InstallOptions {
  /** `/`, or a folder with another system in it, which does not run. */
  readonly root: string;
  /** Nothing is changed. */
  readonly dryRun: boolean;
}

/** What was done, or would be. */
export interface InstallReport {
  readonly files: readonly (PlannedFile & { readonly change: FileChange })[];
  readonly removed: readonly string[];
  readonly commands: readonly Command[];
  /** What somebody should know: one line each. */
  readonly notes: readonly string[];
}

/**
 * Installs the service, or makes one that is installed as it should be.
 *
 * @throws StreamerError ERR_SERVICE, ERR_USAGE
 */
export function installService(options: ServiceInstallOptions): InstallReport {
  const files = new SystemFiles(options.root);
  const node = realpathSync(process.execPath);
  const script = path.join(packageFolder, 'dist', 'cli', 'main.js');
  if (!options.dryRun) requireRunningSystem(files, 'install');
  refuse(options, files, script);
  const notes = files.isRunning && isRoot() ? checkAccess(options, files, node, script) : [];
  const plan = planInstall(options, { files, node, script, totalBytes: os.totalmem() });
  const report: InstallReport = {
    files: plan.files.map((file) => ({ ...file, change: files.compare(file) })),
    removed: plan.staleFiles,
    commands: plan.commands,
    notes,
  };
  if (!options.dryRun) apply(plan, files);
  return report;
}

function apply({ files: planned, staleFiles, commands }: InstallPlan, files: SystemFiles): void {
  for (const file of planned) if (files.compare(file) !== 'unchanged') files.write(file);
  for (const file of staleFiles) files.remove(file);
  for (const command of commands) {
    const starts = command[1] === 'start' || command[1] === 'restart';
    mustRun(command, starts ? `journalctl -u ${serviceName} -n 20 says why` : '');
  }
}

/** What can't be installed, whoever asks. */
function refuse({ user }: ServiceInstallOptions, files: SystemFiles, script: string): void {
  const unit = files.read(unitFile);
  if (unit !== '' && !unit.startsWith(mark)) {
    const backup = `${unitFile}.old`;
    throw new StreamerError(
      'ERR_SERVICE',
      `${files.at(unitFile)} is not of this command's making. Keep it elsewhere, then try again: systemctl disable --now ${unitName}; mv ${files.at(unitFile)} ${files.at(backup)}`,
    );
  }
  if (script.includes(`${path.sep}_npx${path.sep}`)) {
    throw new StreamerError(
      'ERR_SERVICE',
      `npx keeps this package in a cache, which is emptied now and then: npm install -g ${serviceName}, then ${serviceName} service install`,
    );
  }
  if (!existsSync(script)) {
    throw new StreamerError('ERR_SERVICE', `${script} is missing: npm run build:ts makes it`);
  }
  const isKnown =
    user === undefined ||
    (isUserName(user) &&
      (hasUser(files, user) || (files.isRunning && runCommand(['id', '-u', user]).succeeded)));
  if (!isKnown) {
    throw new StreamerError(
      'ERR_USAGE',
      `--user is ${JSON.stringify(user)}, and there is no such user; without --user one is made`,
    );
  }
}

/**
 * Whether the service will get at its files.
 *
 * @throws StreamerError ERR_SERVICE when it can't run
 */
function checkAccess(
  { user, loaded }: ServiceInstallOptions,
  files: SystemFiles,
  node: string,
  script: string,
): string[] {
  const name = user ?? serviceName;
  const identity: Identity = hasUser(files, name) || user !== undefined ? { user: name } : 'nobody';
  const config = loaded.file === undefined ? undefined : path.resolve(loaded.file);
  const needed = [
    ['execute', node],
    ['read', script],
    ...(config === undefined ? [] : [['read', config] as const]),
  ] as const;
  for (const [what, file] of needed) {
    if (isAllowed(identity, what, file)) continue;
    throw new StreamerError(
      'ERR_SERVICE',
      `the user ${name} may not ${what} ${file}: give --user and who may, such as its owner, or move it to where all may`,
    );
  }
  if (config === undefined || isAllowed(identity, 'write', path.dirname(config))) return [];
  return [
    `The user ${name} may not write to ${path.dirname(config)}: the viewer's "save" will fail. Give it the folder by chown, or name its owner by --user.`,
  ];
}
