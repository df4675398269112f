import { spawnSync } from 'node:child_process';
import { StreamerError } from '../../errors/index.js';

/** A command and its arguments. */
export type Command = readonly [name: string, ...args: string[]];

export interface CommandResult {
  readonly succeeded: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
export function runCommand([name, ...args]: Command): CommandResult {
  const { status, stdout, stderr, error } = spawnSync(name, args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  return { succeeded: status === 0, stdout: error ? '' : stdout, stderr: error ? error.message : stderr };
}

/** @throws StreamerError ERR_SERVICE, with what the command said */
export function mustRun(command: Command, remedy = ''): void {
  const { succeeded, stdout, stderr } = runCommand(command);
  if (succeeded) return;
  const said = (stderr || stdout).trim();
  throw new StreamerError('ERR_SERVICE', `${command.join(' ')} failed: ${said}${remedy && `; ${remedy}`}`);
}
