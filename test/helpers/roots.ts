import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { copyFolder } from './copy.js';
import { projectRoot } from './debian13.js';
import type { Host } from './network.js';
import { runToEnd, type RunningProcess } from './processes.js';

/** Roots that test/roots/make.sh makes. */
export type RootName =
  | 'debian12'
  | 'debian13'
  | 'debian13-libcamera0.4'
  | 'debian13-libcamera0.7'
  | 'debian13-libcamera0.9'
  | 'debian12-systemd'
  | 'debian13-systemd'
  | 'debian13-ssh';

const scripts = path.join(projectRoot, 'test', 'roots');

/** A node of this major version, from npm's registry. */
export async function nodeOf(major: number, arch = process.arch): Promise<string> {
  const script = path.join(projectRoot, 'scripts', 'node-release.sh');
  return (await runToEnd(script, [String(major), arch])).trim();
}

/** A machine with nothing but Node: one of the roots, with a home folder and a network of its own. */
export interface Machine {
  readonly home: string;
  /** Runs a command at home to its end. Fails with what it printed when it does not succeed. */
  run(...command: readonly string[]): Promise<string>;
  start(...command: readonly string[]): RunningProcess;
  /** Runs a command to its end, whatever comes of it. */
  outcome(...command: readonly string[]): Promise<Outcome>;
}

export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/**
 * @param host - whose network it has
 * @param options - `home` is copied into the workspace; `nodeMajor` is 20 where nothing is said
 */
export async function makeMachine(
  root: RootName,
  host: Host,
  options: { readonly workspace: string; readonly home: string; readonly nodeMajor?: number | undefined },
): Promise<Machine> {
  await runToEnd(path.join(scripts, 'make.sh'), [root]); // the host may have no network
  const node = await nodeOf(options.nodeMajor ?? 20, 'x64');
  const runScript = path.join(scripts, 'run.sh');
  const folder = mkdtempSync(path.join(options.workspace, 'home-'));
  copyFolder(options.home, folder);
  await runToEnd('chown', ['-R', '1000:1000', folder]);
  const inside = (command: readonly string[]): string[] => [root, node, folder, ...command];
  const start = (...command: readonly string[]): RunningProcess => host.start(runScript, inside(command));
  return {
    home: folder,
    run: (...command) => host.run(runScript, ...inside(command)),
    start,
    outcome: async (...command) => {
      const process = start(...command);
      return { code: await process.exited, output: process.stdout() + process.stderr() };
    },
  };
}
