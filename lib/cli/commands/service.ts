import {
  installService,
  serviceStatus,
  uninstallService,
  type InstallReport,
  type ServiceStatus,
  type UninstallReport,
} from '../../app/index.js';
import { loadConfig, withMode, type StreamMode } from '../../config/index.js';
import { ExitCode } from '../exit-code.js';

export interface ServiceInstallArguments {
  readonly config?: string;
  readonly mode: StreamMode;
  readonly user?: string;
  readonly root: string;
  readonly start: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Installs the systemd service. */
export function serviceInstall(options: ServiceInstallArguments): void {
  const { config, mode, user, root, start, dryRun = false } = options;
  const loaded = loadConfig(config);
  const report = installService({
    ...{ mode, user, root, start, dryRun },
    loaded: { ...loaded, config: withMode(loaded.config, mode) },
  });
  print(options.json ? JSON.stringify(report, undefined, 2) : describeInstall(report, dryRun));
}

export interface ServiceUninstallArguments {
  readonly root: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Removes what serviceInstall() has made. */
export function serviceUninstall({ root, dryRun = false, json }: ServiceUninstallArguments): void {
  const report = uninstallService({ root, dryRun });
  print(json ? JSON.stringify(report, undefined, 2) : describeUninstall(report, dryRun));
}

/** Says how the service is. Exit code 0 while it runs. */
export function serviceState({ json }: { readonly json?: boolean }): number {
  const status = serviceStatus();
  print(json ? JSON.stringify(status, undefined, 2) : describeStatus(status));
  return status.state === 'active' ? ExitCode.done : ExitCode.failed;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function describeInstall({ files, removed, commands, notes }: InstallReport, dryRun: boolean): string {
  const run = commands.map((command) => `$ ${command.join(' ')}`);
  if (dryRun) {
    const contents = files.map(({ path, change, content }) => `# ${path} (${change})\n${content}`);
    const gone = removed.map((file) => `# ${file} (removed)`);
    return [...contents, ...gone, ...run, ...notes].join('\n');
  }
  return [
    ...files.map(({ path, change }) => `${change.padEnd('unchanged'.length)}  ${path}`),
    ...removed.map((file) => `removed    ${file}`),
    ...run,
    ...notes,
  ].join('\n');
}

function describeUninstall({ wasInstalled, files, commands }: UninstallReport, dryRun: boolean): string {
  if (!wasInstalled) return 'The service is not installed: nothing to remove.';
  const word = dryRun ? 'to remove' : 'removed';
  return [
    ...files.map((file) => `${word}  ${file}`),
    ...commands.map((command) => `$ ${command.join(' ')}`),
  ].join('\n');
}

function describeStatus(status: ServiceStatus): string {
  if (!status.isInstalled) return 'not installed; pi-camera-streamer service install does that';
  const { state, subState, isEnabled, statusLine, result, restarts, mainPid } = status;
  const last = result === 'success' ? '' : `, ended last by ${result}`;
  return [
    `state     ${state} (${subState})${last}`,
    `at boot   ${isEnabled ? 'started' : 'not started'}`,
    `status    ${statusLine || '-'}`,
    `restarts  ${String(restarts)}`,
    `main pid  ${mainPid === undefined ? '-' : String(mainPid)}`,
    `memory    ${mebibytes(status.memoryBytes)} of ${mebibytes(status.memoryMaxBytes)}`,
  ].join('\n');
}

function mebibytes(bytes: number | undefined): string {
  return bytes === undefined ? '?' : `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
