import assert from 'node:assert/strict';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { projectRoot } from '../helpers/debian13.js';
import { start, type RunningProcess } from '../helpers/processes.js';

/** Of one test. What hangs fails. */
export const timeoutMs = 30_000;

/** Starts a program of examples/ as its users do. It ends with the test at the latest. */
export function startExample(
  context: TestContext,
  name: string,
  args: readonly string[] = [],
  folder = projectRoot,
): RunningProcess {
  const command = name.endsWith('.py') ? '/usr/bin/python3' : process.execPath;
  const running = start(command, [path.join(projectRoot, 'examples', name), ...args], { cwd: folder });
  context.after(() => running.child.kill('SIGKILL'));
  return running;
}

/** Waits for its end. Returns the lines that it printed. */
export async function linesOf(running: RunningProcess): Promise<string[]> {
  assert.equal(await running.exited, 0, running.stderr());
  return running.stdout().trimEnd().split('\n');
}

/** Ends it as its users do, by Ctrl+C. */
export async function interrupt(running: RunningProcess): Promise<void> {
  running.child.kill('SIGINT');
  await linesOf(running);
}
