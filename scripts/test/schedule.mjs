// Which suite runs when: first, one after the other, those that need the machine for themselves. Then two at a time, of
// which only one judges frames and times; the other gets the time of the processors that is left.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../run.mjs';
import { startIdle } from './idle.mjs';

const logs = path.join(root, 'build', 'test-logs');

/**
 * Runs suites, each in a process of its own. What one prints is shown when it has ended, and is in a file until then.
 *
 * @returns of each its name, how many seconds it took, and whether it passed
 */
export async function runSuites(suites) {
  mkdirSync(logs, { recursive: true });
  const [alone, timed, rest] = ['alone', 'timed', 'rest'].map((lane) =>
    suites.filter((suite) => suite.lane === lane),
  );
  const ended = new Map(); // name to the promise of its result
  const runLane = async (...queues) => {
    for (;;) {
      const suite = queues.find((queue) => queue.length > 0)?.shift();
      if (!suite) return;
      const result = runAfter(ended.get(suite.after), suite); // undefined where that has not been chosen
      ended.set(suite.name, result);
      await result;
    }
  };
  await runLane(alone);
  await Promise.all([runLane(rest), runLane(timed, rest)]);
  return Promise.all(ended.values());
}

async function runAfter(other, suite) {
  await other;
  return runOne(suite);
}

async function runOne({ name, lane }) {
  const log = path.join(logs, `${name}.log`);
  const file = openSync(log, 'w');
  const start = lane === 'rest' ? startIdle : spawn;
  const beganMs = performance.now();
  const child = start(process.execPath, ['scripts/test/run-suite.mjs', name], {
    cwd: root,
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  console.log(`${new Date().toTimeString().slice(0, 8)} started ${name}: ${path.relative(root, log)}`);
  const [code] = await once(child, 'exit');
  const result = { name, seconds: (performance.now() - beganMs) / 1000, passed: code === 0 };
  console.log(`\n== ${name}\n${readFileSync(log, 'utf8')}\n${verdict(result)}`);
  return result;
}

export function verdict({ name, passed, seconds }) {
  return `${passed ? 'passed' : 'FAILED'}  ${seconds.toFixed(0).padStart(4)} s  ${name}`;
}
