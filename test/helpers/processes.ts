import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

/** A process of a test's own. Ended with the test at the latest. */
export interface RunningProcess {
  readonly child: ChildProcess;
  /** What it has written to standard error so far. */
  stderr(): string;
  /** What it has written to standard output so far. */
  stdout(): string;
  /** Resolves with its exit code; 128 + n after signal n. */
  exited: Promise<number>;
}

/** Of what a process writes, the end is kept: some run for hours. */
const maxOutputLength = 2 ** 24;

const signalNumbers = new Map(Object.entries(constants.signals));

export function start(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; uid?: number; gid?: number } = {},
): RunningProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const output = { stdout: '', stderr: '' };
  const append = (before: string, chunk: Buffer): string =>
    (before + chunk.toString()).slice(-maxOutputLength);
  child.stdout.on('data', (chunk: Buffer) => (output.stdout = append(output.stdout, chunk)));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr = append(output.stderr, chunk)));
  const exited = once(child, 'close').then(([code, signal]: (number | string | null)[]) =>
    typeof code === 'number' ? code : 128 + (signalNumbers.get(String(signal)) ?? 0),
  );
  return { child, stdout: () => output.stdout, stderr: () => output.stderr, exited };
}

/** Runs a command to its end. Fails with what it printed when it does not succeed. */
export async function runToEnd(command: string, args: readonly string[]): Promise<string> {
  const process = start(command, args);
  const code = await process.exited;
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${String(code)}: ${process.stderr()}`);
  return process.stdout();
}

/** Times as long is waited where a suite gets only the time that others leave, see scripts/test/schedule.mjs. */
export const patience = Number(process.env['TEST_PATIENCE'] ?? 1);

/** Waits until a condition holds. Fails with what it was waiting for. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 15_000 * patience,
): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`waited ${String(timeoutMs)} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
