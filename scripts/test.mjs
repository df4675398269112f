#!/usr/bin/env node
// `npm test`: everything, real components last. What is missing is installed; a suite that can't run fails.
//   npm test -- --only unit         one suite, or several: --only unit --only interop
//   npm test -- --skip libcamera    all but one
//   npm test -- --list              what there is
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildPackages, ensurePackages, testPackages } from './packages.mjs';
import { ensureModules, must, requireNode, root, succeeds } from './run.mjs';

const node = process.execPath;

/** The tests in folders below test/, by node's runner. */
function nodeTests(folders, { concurrency = 2, environment, minutes = 5 } = {}) {
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(root, 'test', folder), { recursive: true })
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => path.join('test', folder, file)),
  );
  const limit = `--test-timeout=${minutes * 60_000}`; // what hangs fails
  const options = ['--test-reporter=spec', `--test-concurrency=${concurrency}`, limit];
  const runner = ['--import', 'tsx', '--test', ...options, ...files];
  return succeeds(node, runner, environment);
}

/** The C++ tests, built with these sanitizers. */
function nativeTests(sanitizers) {
  const tree = path.join('build', `native-tests-${sanitizers.replace(',', '-')}`);
  const configure = [
    '-S',
    '.',
    '-B',
    tree,
    '-DCMAKE_BUILD_TYPE=RelWithDebInfo',
    `-DPCS_SANITIZE=${sanitizers}`,
  ];
  return (
    succeeds('cmake', [...configure, '-DPCS_ADDONS=OFF', '-DPCS_NATIVE_TESTS=ON']) &&
    succeeds('cmake', ['--build', tree, '-j', '2']) &&
    succeeds('ctest', ['--test-dir', tree, '--output-on-failure', '-j', '2'])
  );
}

/** The whole program with addons that carry sanitizers. */
function sanitizedStreaming() {
  const builds = ['address,undefined', 'thread'];
  return (
    builds.every((sanitizers) => succeeds('test/sanitizers/build.sh', [sanitizers])) &&
    nodeTests(['sanitizers'], realTime)
  );
}

/** Prebuilt addons of the sources as they are now. */
function freshPrebuilds() {
  const script = ['scripts/prebuilds.mjs', '--output', 'build/fresh-prebuilds'];
  return succeeds(node, [...script, '--check']) || succeeds(node, script);
}

/** Real cameras and receivers: one file at a time, so that none takes the other's processor. */
const realTime = { concurrency: 1 };

const suites = [
  {
    name: 'format',
    run: () => succeeds('npx', ['prettier', '--check', '.']) && succeeds(node, ['scripts/clang-checks.mjs']),
  },
  {
    name: 'types',
    run: () =>
      succeeds('npx', ['tsc', '--noEmit']) && succeeds('npx', ['tsc', '--noEmit', '-p', 'lib/web/static']),
  },
  { name: 'lint', run: () => succeeds('npm', ['run', '--silent', 'lint']) },
  { name: 'native', run: () => nativeTests('address,undefined') && nativeTests('thread') },
  { name: 'roots', run: () => succeeds('scripts/prepare-tests.sh', []) },
  {
    name: 'unit',
    run: () =>
      nodeTests([
        ...['config', 'errors', 'jpeg', 'rtp', 'rtcp', 'sdp', 'util'],
        ...['camera', 'net', 'pipeline', 'outputs', 'app', 'metrics', 'package', 'fuzz'],
      ]),
  },
  { name: 'receiver', run: () => nodeTests(['receiver'], realTime) },
  { name: 'cli', run: () => nodeTests(['cli']) },
  { name: 'web', run: () => nodeTests(['web'], realTime) },
  { name: 'webrtc', run: () => nodeTests(['webrtc'], realTime) },
  { name: 'native-safety', run: () => nodeTests(['native-safety'], realTime) },
  { name: 'steady-state', run: () => nodeTests(['steady-state'], realTime) },
  {
    name: 'interop',
    run: () =>
      nodeTests(['interop'], { ...realTime, environment: { FULL_MATRIX: values['full-matrix'] ? '1' : '' } }),
  },
  { name: 'examples', run: () => nodeTests(['examples', 'docs'], realTime) },
  { name: 'sanitizers', run: sanitizedStreaming },
  {
    name: 'libcamera',
    run: () => succeeds('test/debian13/smoke.sh', []) && nodeTests(['libcamera'], realTime),
  },
  {
    name: 'faults',
    run: () =>
      nodeTests(['faults'], { ...realTime, environment: { ALL_FAULTS: values['all-faults'] ? '1' : '' } }),
  },
  { name: 'service', run: () => nodeTests(['service'], realTime) },
  { name: 'prebuilds', run: freshPrebuilds },
  { name: 'deploy', run: () => nodeTests(['deploy'], { ...realTime, minutes: 10 }) },
  { name: 'install', run: () => nodeTests(['install'], realTime) },
  { name: 'arm64', run: () => nodeTests(['arm64'], realTime) },
];

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    skip: { type: 'string', multiple: true, default: [] },
    list: { type: 'boolean', default: false },
    'full-matrix': { type: 'boolean', default: false },
    'all-faults': { type: 'boolean', default: false },
  },
});
const names = suites.map(({ name }) => name);
const unknown = [...(values.only ?? []), ...values.skip].filter((name) => !names.includes(name));
if (values.list || unknown.length > 0) {
  if (unknown.length > 0) console.error(`No such suite: ${unknown.join(', ')}`);
  console.log(`Suites: ${names.join(' ')}`);
  process.exit(unknown.length > 0 ? 2 : 0);
}

requireNode();
ensurePackages([...buildPackages, ...testPackages]);
ensureModules();
must('native build', node, ['scripts/build-native.mjs']);
must('TypeScript build', node, ['scripts/build-ts.mjs']);

const chosen = suites.filter(
  ({ name }) => (values.only ?? names).includes(name) && !values.skip.includes(name),
);
// Downloading and unpacking go on beside the first suites, which measure no time; the suite `roots` waits for the end.
const preparing =
  chosen.some(({ name }) => name === 'roots') &&
  spawn('scripts/prepare-tests.sh', { cwd: root, stdio: 'ignore' });
const results = chosen.map(({ name, run }) => {
  console.log(`\n== ${name}`);
  const beganMs = performance.now();
  const passed = run();
  return { name, passed, seconds: (performance.now() - beganMs) / 1000 };
});
if (preparing) preparing.kill();
console.log('\n== suites');
for (const { name, passed, seconds } of results) {
  console.log(`${passed ? 'passed' : 'FAILED'}  ${seconds.toFixed(0).padStart(4)} s  ${name}`);
}
const failed = results.filter(({ passed }) => !passed).length;
console.log(`\n${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
