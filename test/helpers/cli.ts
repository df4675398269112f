import { command } from './debian13.js';
import { start } from './processes.js';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line. */
export async function cli(args: readonly string[], cwd?: string): Promise<CliResult> {
  const process_ = start(process.execPath, [command, ...args], cwd === undefined ? {} : { cwd });
  const code = await process_.exited;
  return { code, stdout: process_.stdout(), stderr: process_.stderr() };
}
