#!/usr/bin/env node
// `npm test`: everything. What is missing is installed; a suite that can't run fails.
//   npm test -- --only unit         one suite, or several: --only unit --only interop
//   npm test -- --skip libcamera    all but one
//   npm test -- --list              what there is
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildPackages, ensurePackages, testPackages } from './packages.mjs';
import { ensureModules, must, requireNode, root } from './run.mjs';
import { startIdle } from './test/idle.mjs';
import { freshPrebuilds, suites, suitesOfPrebuilds } from './test/suites.mjs';

const node = process.execPath;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    skip: { type: 'string', multiple: true, default: [] },
    list: { type: 'boolean', default: false },
    'full-matrix': { type: 'boolean', default: false },
    'all-faults': { type: 'boolean', default: false },
    'prebuilds-anew': { type: 'boolean', default: false },
    beside: { type: 'boolean', default: false }, // how this program runs suites beside others
  },
});
const names = suites.map(({ name }) => name);
const unknown = [...(values.only ?? []), ...values.skip].filter((name) => !names.includes(name));
if (values.list || unknown.length > 0) {
  if (unknown.length > 0) console.error(`No such suite: ${unknown.join(', ')}`);
  console.log(`Suites: ${names.join(' ')}`);
  process.exit(unknown.length > 0 ? 2 : 0);
}
const chosen = suites.filter(
  ({ name }) => (values.only ?? names).includes(name) && !values.skip.includes(name),
);

/** @param beside - the process that runs others at the same time */
function runAll(list, beside) {
  return list.map(({ name, run, alone }) => {
    console.log(`\n== ${name}`);
    const beganMs = performance.now();
    if (alone) beside?.pause();
    const passed = run(values);
    if (alone) beside?.resume();
    return { name, passed, seconds: (performance.now() - beganMs) / 1000 };
  });
}

/** What all suites need. */
function prepare() {
  requireNode();
  ensurePackages([...buildPackages, ...testPackages]);
  ensureModules();
  must('native build', node, ['scripts/build-native.mjs']);
  must('TypeScript build', node, ['scripts/build-ts.mjs']);
  if (!chosen.some(({ name }) => suitesOfPrebuilds.includes(name))) return;
  console.log('\n== prebuilt addons');
  if (!freshPrebuilds(values['prebuilds-anew'])) process.exit(1);
}

/** Runs suites in a process of their own. Its results come as a message, what they print is in a file until then. */
function startBeside(list) {
  const log = path.join(root, 'build', 'test-beside.log');
  mkdirSync(path.dirname(log), { recursive: true });
  const file = openSync(log, 'w');
  const args = ['scripts/test.mjs', '--beside', ...list.flatMap(({ name }) => ['--only', name])];
  const child = startIdle(node, args, ['ignore', file, file, 'ipc']);
  closeSync(file);
  console.log(`\nBeside the others, printed at the end: ${list.map(({ name }) => name).join(' ')} (${log})`);
  let results = list.map(({ name }) => ({ name, passed: false, seconds: 0 })); // of one that dies
  child.on('message', (message) => (results = message));
  return {
    pause: () => process.kill(-child.pid, 'SIGSTOP'),
    resume: () => process.kill(-child.pid, 'SIGCONT'),
    results: async () => {
      await once(child, 'disconnect');
      console.log(readFileSync(log, 'utf8'));
      return results;
    },
  };
}

async function main() {
  prepare();
  // Downloading and unpacking go on beside the first suites; the suite `roots` waits for the end.
  if (chosen.some(({ name }) => name === 'roots')) startIdle('scripts/prepare-tests.sh', [], 'ignore');
  const [beside, others] = [true, false].map((is) =>
    chosen.filter((suite) => (suite.beside ?? false) === is),
  );
  const areOneKind = beside.length === 0 || others.length === 0;
  const besideProcess = areOneKind ? undefined : startBeside(beside);
  const results = runAll(areOneKind ? chosen : others, besideProcess);
  if (besideProcess) results.push(...(await besideProcess.results()));

  console.log('\n== suites');
  for (const { name, passed, seconds } of results) {
    console.log(`${passed ? 'passed' : 'FAILED'}  ${seconds.toFixed(0).padStart(4)} s  ${name}`);
  }
  const failed = results.filter(({ passed }) => !passed).length;
  console.log(`\n${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

if (values.beside) process.send(runAll(chosen), () => process.disconnect());
else await main();
