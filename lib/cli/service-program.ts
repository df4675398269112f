import { Option, type Command } from 'commander';

const json = (): Option => new Option('--json', 'the same, for programs');
const dryRun = (): Option => new Option('--dry-run', 'show all files and commands, and change nothing');
const root = (): Option =>
  new Option('--root <folder>', 'a system in a folder, which does not run').default('/');

/** The commands below `service`. @param outcome - its exitCode is set by the command that runs */
export function addService(service: Command, outcome: { exitCode: number }): void {
  const add = (name: string, description: string): Command =>
    service
      .command(name)
      .description(description)
      .helpOption('--help', 'show this')
      .allowExcessArguments(false);
  add('install', 'install or update the service, and start it, by --config and --mode')
    .option('--user <name>', 'who it runs as (default: a user of its own, pi-camera-streamer)')
    .option('--no-start', 'neither start it now nor restart it')
    .addOption(root())
    .addOption(dryRun())
    .addOption(json())
    .action(async (_options: unknown, command: Command) => {
      const { serviceInstall } = await import('./commands/service.js');
      serviceInstall(command.optsWithGlobals());
    });
  add('uninstall', 'stop the service, and remove what install has made')
    .addOption(root())
    .addOption(dryRun())
    .addOption(json())
    .action(async (_options: unknown, command: Command) => {
      const { serviceUninstall } = await import('./commands/service.js');
      serviceUninstall(command.opts());
    });
  add('status', 'how the service is; exit code 0 while it runs')
    .addOption(json())
    .action(async (_options: unknown, command: Command) => {
      const { serviceState } = await import('./commands/service.js');
      outcome.exitCode = serviceState(command.opts());
    });
}
