import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { textOf } from '../../lib/util/files.js';
import { projectRoot } from '../helpers/debian13.js';
import { runToEnd, start, until } from '../helpers/processes.js';
import { nodeOf, type Outcome, type RootName } from '../helpers/roots.js';

type BootableRoot = RootName & (`${string}-systemd` | 'debian13-ssh');

/** A Debian that systemd has booted. */
export interface BootedSystem {
  /** /mnt there. */
  readonly folder: string;
  /** The process id of its systemd, as this machine sees it. */
  readonly pid: string;
  /** Runs a command there to its end, whatever comes of it. */
  outcome(...command: readonly string[]): Promise<Outcome>;
  /** Fails with what it printed when it does not succeed. */
  run(...command: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

export async function bootSystem(name: BootableRoot): Promise<BootedSystem> {
  await runToEnd(path.join(projectRoot, 'test', 'roots', 'make.sh'), [name]);
  const folder = mkdtempSync(path.join(tmpdir(), 'pcs-booted-'));
  const root = path.join(projectRoot, '.cache', 'roots', name);
  const script = path.join(import.meta.dirname, 'boot.sh');
  // With this process it ends in any case.
  const boot = start('setpriv', ['--pdeathsig=KILL', script, root, await nodeOf(20, 'x64'), folder]);
  const child = (pid: string): string => textOf(`/proc/${pid}/task/${pid}/children`).trim();
  const init = (): string => child(child(String(boot.child.pid))) || 'none yet';
  const inside = (command: readonly string[]): string[] => [
    ...['--target', init(), '--mount', '--pid', '--net', '--uts', '--ipc', '--cgroup', '--root'],
    ...['env', '-C', '/', '-i', 'PATH=/usr/local/bin:/usr/sbin:/usr/bin', 'LC_ALL=C', ...command],
  ];
  const outcome = async (...command: readonly string[]): Promise<Outcome> => {
    const process = start('nsenter', inside(command));
    return { code: await process.exited, output: process.stdout() + process.stderr() };
  };
  await until('systemd', async () => {
    const { output } = await outcome('systemctl', 'is-system-running');
    return /^(running|degraded)/.test(output);
  });
  return {
    folder,
    pid: init(),
    outcome,
    run: async (...command) => {
      const { code, output } = await outcome(...command);
      if (code !== 0) throw new Error(`${command.join(' ')} ended with ${String(code)}: ${output}`);
      return output.trim();
    },
    close: async () => {
      process.kill(Number(init()), 'SIGKILL');
      await boot.exited;
    },
  };
}
