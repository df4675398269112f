// Programs that run beside a measurement.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { root } from '../scripts/run.mjs';

/** A program that runs until `end` is called; `found` resolves to the first match in what it writes. */
function start([command, ...args], pattern) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let output = '';
  const found = new Promise((resolve, reject) => {
    const look = (chunk) => {
      output += chunk;
      const match = pattern?.exec(output);
      if (match) resolve(match[1]);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    void exited.then(() => reject(new Error(`${command} ended: ${output}`)));
  });
  found.catch(() => undefined);
  const end = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  return { pid: child.pid, found, end, exited, output: () => output };
}

/** Measures with programs, which are ended whatever comes. */
export async function withPrograms(measurement) {
  const programs = [];
  const startOne = (command, pattern) => {
    const program = start(command, pattern);
    programs.push(program);
    return program;
  };
  try {
    return await measurement(startOne);
  } finally {
    await Promise.all(programs.map(({ end }) => end()));
  }
}

/** User and system time of a process so far, in ticks of ten milliseconds. */
export function cpuMsOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
