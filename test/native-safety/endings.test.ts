// However a process or a thread that streams comes to its end: no crash, no hang, and the exit code is the right one.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runToEnd, start, until } from '../helpers/processes.js';

const program = path.join(import.meta.dirname, 'stream-program.mjs');
const workers = path.join(import.meta.dirname, 'workers.mjs');
/** From the end that is meant to the process's own. */
const maxEndMs = 2000;

/** Resolves with the exit code and how long the end took. */
async function endOf(way: string): Promise<{ code: number; tookMs: number; stderr: string }> {
  const running = start(process.execPath, [program, 'test', way]);
  await until('the stream', () => running.stdout().includes('streaming'));
  const beganMs = performance.now();
  const code = await Promise.race([running.exited, sleep(10_000, undefined)]);
  if (code === undefined) running.child.kill('SIGKILL');
  assert.ok(code !== undefined, `${way}: it has not ended`);
  return { code, tookMs: performance.now() - beganMs, stderr: running.stderr() };
}

for (const [way, wanted] of [
  ['exit', 7],
  ['uncaught exception', 1],
  ['unhandled rejection', 1],
  ['frames on loan', 7],
] as const) {
  test(`two pipelines stream, and the process ends: ${way}`, { timeout: 60_000 }, async () => {
    for (let i = 0; i < 5; i++) {
      const { code, tookMs, stderr } = await endOf(way);
      assert.equal(code, wanted, stderr);
      assert.ok(tookMs < maxEndMs, `${tookMs.toFixed(0)} ms`);
    }
  });
}

test('a process that was killed can be started again at once', { timeout: 60_000 }, async () => {
  for (let i = 0; i < 5; i++) {
    const running = start(process.execPath, [program, 'test', 'until killed']);
    await until('the stream', () => running.stdout().includes('streaming'));
    running.child.kill('SIGKILL');
    assert.equal(await running.exited, 128 + 9);
  }
});

for (const [name, together, times] of [
  ['a worker that streams is terminated 50 times', 1, 50],
  ['two workers at once stream and are terminated 10 times', 2, 10],
] as const) {
  test(`${name}, and leaves nothing behind`, { timeout: 120_000 }, async () => {
    const args = [workers, 'test', String(times), String(together)];
    const counts = JSON.parse(await runToEnd(process.execPath, args)) as Record<string, unknown>;
    assert.deepEqual(counts['last'], counts['first']);
  });
}
