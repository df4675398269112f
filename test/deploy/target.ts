import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../helpers/debian13.js';
import { runToEnd, start, type RunningProcess } from '../helpers/processes.js';
import type { Outcome } from '../helpers/roots.js';
import { bootSystem, type BootedSystem } from '../service/booted.js';

const port = '2022';
const address = '127.0.0.1'; // of a network of the system's own

/** A system that is deployed to, and the laptop beside it, which has no more of it than its ssh server. */
export interface Target {
  readonly system: BootedSystem;
  /** Starts deploy/deploy. */
  start(user: 'pi' | 'root', ...args: readonly string[]): RunningProcess;
  /** Runs it to its end, whatever comes of it. */
  deploy(user: 'pi' | 'root', ...args: readonly string[]): Promise<Outcome>;
}

/**
 * @param workspace - where the laptop's keys are made
 * @param npmCache - with all that the package depends on
 */
export async function bootTarget(workspace: string, npmCache: string): Promise<Target> {
  const system = await bootSystem('debian13-ssh');
  await runToEnd('cp', ['-r', npmCache, path.join(system.folder, 'npm-cache')]);
  const key = path.join(workspace, 'key');
  await runToEnd('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const publicKey = readFileSync(`${key}.pub`, 'utf8').trim();
  const prepare = `mkdir -p /usr/local/etc /root/.ssh /home/pi/.ssh
    printf 'cache=/mnt/npm-cache\\noffline=true\\n' > /usr/local/etc/npmrc
    echo '${publicKey}' | tee /root/.ssh/authorized_keys > /home/pi/.ssh/authorized_keys
    chown -R pi /home/pi/.ssh; chmod 700 /root /root/.ssh /home/pi/.ssh
    echo "127.0.0.1 localhost $(uname -n)" > /etc/hosts
    printf 'Port ${port}\\nListenAddress ${address}\\n' > /etc/ssh/sshd_config.d/test.conf
    systemctl restart ssh`;
  await system.run('sh', '-ec', prepare);
  const knownHosts = path.join(workspace, 'known_hosts');
  const hostKey = await system.run('cat', '/etc/ssh/ssh_host_ed25519_key.pub');
  writeFileSync(knownHosts, `[${address}]:${port} ${hostKey}\n`);
  const options = [
    ...[`IdentityFile=${key}`, 'IdentitiesOnly=yes', 'StrictHostKeyChecking=yes'],
    ...[`UserKnownHostsFile=${knownHosts}`, 'GlobalKnownHostsFile=none', 'ForwardAgent=no'],
  ].flatMap((option) => ['--ssh-option', option]);
  const script = path.join(projectRoot, 'deploy', 'deploy');
  const laptop = ['--target', system.pid, '--net', script, '--port', port, ...options];
  const startDeploy: Target['start'] = (user, ...args) =>
    start('nsenter', [...laptop, ...args, `${user}@${address}`]);
  return {
    system,
    start: startDeploy,
    deploy: async (user, ...args) => {
      const process = startDeploy(user, ...args);
      return { code: await process.exited, output: process.stdout() + process.stderr() };
    },
  };
}
