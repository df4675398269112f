// Running what is measured, and the few numbers that come of it.
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import path from 'node:path';
import { root } from '../scripts/run.mjs';

const maxBufferBytes = 2 ** 26;

/** One of the programs in bench/c. */
export function cProgram(name) {
  return path.join(root, 'build', 'bench', name);
}

/** One of the programs in bench/programs, with its arguments. */
export function nodeProgram(name, ...args) {
  return [process.execPath, path.join(root, 'bench', 'programs', name), ...args];
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2;
}

/** Runs a command to its end, and returns the JSON that it prints. */
export function jsonOf([command, ...args]) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: maxBufferBytes,
  });
  if (status === 0) return JSON.parse(stdout);
  throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
}

/** What a command costs: see c/cpu_of.c. */
export function costOf(command) {
  return jsonOf([cProgram('cpu_of'), ...command]);
}

/** Microseconds of CPU for one of a command's units, start and end taken out by two lengths. */
function cpuPerUnit({ command, short, long }) {
  const [shortUs, longUs] = [short, long].map((count) => {
    const { userUs, systemUs } = costOf(command(count));
    return userUs + systemUs;
  });
  return (longUs - shortUs) / (long - short);
}

/**
 * Microseconds of CPU per unit, medians. All contestants take turns, so that what disturbs the machine disturbs them
 * all.
 *
 * @param contestants - by name: command(count), and two counts
 * @returns by name: microseconds
 */
export function compareCpu(contestants, runs, log) {
  return takeTurns(contestants, runs, log, cpuPerUnit);
}

/** Measures each of the contestants, over and over. Returns the median of each. */
export function takeTurns(contestants, runs, log, measure) {
  const values = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let i = 0; i < runs; i++) {
    log(`run ${i + 1} of ${runs}`);
    for (const [name, contestant] of Object.entries(contestants)) values[name].push(measure(contestant));
  }
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, median(all)]));
}

/** A UDP port of this machine that nobody has now. */
export async function freePort() {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise((resolve) => socket.close(resolve));
  return port;
}

/** A socket that is never read, to send to. The same for everybody. */
export async function openSink() {
  const child = spawn(cProgram('sink'), { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const close = async () => {
    child.stdin.end();
    await once(child, 'close');
  };
  return { port: Number(line), close };
}

/** c/receiver.c; `close` resolves to what it has seen. */
export async function openReceiver(bufferBytes, pauseMs = 0) {
  const child = spawn(cProgram('receiver'), [String(bufferBytes), String(pauseMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  await once(child.stdout, 'data');
  const [port] = output.split('\n');
  const close = async () => {
    child.kill('SIGTERM');
    await once(child, 'close');
    return JSON.parse(output.slice(port.length));
  };
  return { port: Number(port), close };
}

/** A row of the table. `ratio` is value / reference, and is what the target is about; without reference the value is. */
export function row(name, unit, value, reference, target, isMet = (measured) => measured <= target) {
  const ratio = reference === null ? null : value / reference;
  return { name, value, unit, reference, ratio, target, ok: isMet(ratio ?? value) };
}
