// Which suite runs when: in each lane one after the other, the lanes at the same time, `timed` first wherever the
// processors are short. Before them come those that need the machine for themselves.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../run.mjs';
import { startWithShare } from './shares.mjs';

/** Of those that run at the same time: how much of the processors they have while others want them. */
const shareOf = { timed: 'whole', patient: 'low', compiling: 'idle' };
const logs = path.join(root, 'build', 'test-logs');

/**
 * Runs suites, each in a process of its own. What one prints is shown when it has ended, and is in a file until then.
 *
 * @returns of each its name, how many seconds it took, and whether it passed
 */
export async function runSuites(suites) {
  mkdirSync(logs, { recursive: true });
  const alone = [];
  for (const suite of suites.filter(({ lane }) => lane === 'alone')) alone.push(await runOne(suite));
  return [...alone, ...(await runLanes(suites))];
}

async function runLanes(suites) {
  const ended = new Map(); // name to the promise of its result
  for (const lane of Object.keys(shareOf)) {
    let before = Promise.resolve();
    for (const suite of suites.filter((each) => each.lane === lane)) {
      const mine = before;
      const start = async () => {
        await mine;
        await ended.get(suite.after); // undefined where it has not been chosen
        return runOne(suite);
      };
      before = start();
      ended.set(suite.name, before);
    }
  }
  return Promise.all(ended.values());
}

async function runOne({ name, lane }) {
  const log = path.join(logs, `${name}.log`);
  const file = openSync(log, 'w');
  const command = [process.execPath, ['scripts/test/run-suite.mjs', name]];
  const options = { cwd: root, stdio: ['ignore', file, file] };
  const beganMs = performance.now();
  const share = shareOf[lane] ?? 'whole';
  const child = share === 'whole' ? spawn(...command, options) : startWithShare(share, ...command, options);
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
