// Which suite runs when. First `alone`, with nothing beside them. Then, two at a time, `timed`: they wait most of the time,
// and are not disturbed by each other. Then, one at a time, `frames`. Beside these two kinds, and after them, two at a
// time, `rest`: they get the time of the processors that is left.
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
 * @returns of each its name, how many seconds it took, whether it passed, and its lines that begin with `flaky: `
 */
export async function runSuites(suites) {
  mkdirSync(logs, { recursive: true });
  const lane = (name) => suites.filter((suite) => suite.lane === name);
  const ended = new Map(); // name to the promise of its result
  const runAll = async (queue, atOnce) => {
    const runNext = async () => {
      for (let suite = queue.shift(); suite; suite = queue.shift()) {
        const result = runAfter(ended.get(suite.after), suite); // undefined where that has not been chosen
        ended.set(suite.name, result);
        await result;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, runNext));
  };
  await runAll(lane('alone'), 1);
  const rest = runAll(lane('rest'), 2);
  await runAll(lane('timed'), 2);
  await runAll(lane('frames'), 1);
  await rest;
  return Promise.all(ended.values());
}

async function runAfter(other, suite) {
  await other;
  return runOne(suite);
}

async function runOne({ name, lane }) {
  const log = path.join(logs, `${name}.log`);
  const file = openSync(log, 'w');
  const isIdle = lane === 'rest';
  const start = isIdle ? startIdle : spawn;
  const beganMs = performance.now();
  const child = start(process.execPath, ['scripts/test/run-suite.mjs', name], {
    cwd: root,
    env: { ...process.env, ...(isIdle && { TEST_PATIENCE: '4' }) },
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  console.log(`${new Date().toTimeString().slice(0, 8)} started ${name}: ${path.relative(root, log)}`);
  const [code] = await once(child, 'exit');
  const said = readFileSync(log, 'utf8');
  const flaky = said.split('\n').filter((line) => line.startsWith('flaky: '));
  const result = { name, seconds: (performance.now() - beganMs) / 1000, passed: code === 0, flaky };
  console.log(`\n== ${name}\n${said}\n${verdict(result)}`);
  return result;
}

export function verdict({ name, passed, seconds }) {
  return `${passed ? 'passed' : 'FAILED'}  ${seconds.toFixed(0).padStart(4)} s  ${name}`;
}
