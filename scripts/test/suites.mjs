// The suites of `npm test`. Those that measure time, or wait for it, run one after another. Beside them, with the
// processor's time that these leave, run those that compile, or look at files (`beside`); beside those that keep all
// processors busy themselves, or measure what the machine does to a process, none (`alone`).
import { cpSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cache, root, succeeds } from '../run.mjs';

const node = process.execPath;

/** Compiles again only what has changed since this or another checkout compiled it. The root of Debian 13 has it, too. */
const compilerCache = {
  CMAKE_C_COMPILER_LAUNCHER: 'ccache',
  CMAKE_CXX_COMPILER_LAUNCHER: 'ccache',
  CCACHE_DIR: path.join(cache, 'ccache'),
  CCACHE_BASEDIR: root,
  CCACHE_NOHASHDIR: '1',
  CCACHE_SLOPPINESS: 'pch_defines,time_macros', // without these, nothing that is compiled with a precompiled header
};

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
    succeeds('cmake', [...configure, '-DPCS_ADDONS=OFF', '-DPCS_NATIVE_TESTS=ON'], compilerCache) &&
    succeeds('cmake', ['--build', tree, '-j', '2'], compilerCache) &&
    succeeds('ctest', ['--test-dir', tree, '--output-on-failure', '-j', '2'])
  );
}

/** The whole program with addons that carry sanitizers. */
function sanitizedStreaming() {
  const builds = ['address,undefined', 'thread'];
  return (
    builds.every((sanitizers) => succeeds('test/sanitizers/build.sh', [sanitizers], compilerCache)) &&
    nodeTests(['sanitizers'], realTime)
  );
}

/** build/fresh-prebuilds: addons of the sources as they are now, those in prebuilds/ where these are not stale. */
export function freshPrebuilds(anew) {
  const script = ['scripts/prebuilds.mjs', '--output', 'build/fresh-prebuilds'];
  if (!anew && succeeds(node, ['scripts/prebuilds.mjs', '--check'])) {
    const fresh = path.join(root, 'build', 'fresh-prebuilds');
    rmSync(fresh, { recursive: true, force: true });
    const isBuilt = (file) => path.basename(file) !== 'README.md'; // as where they are made anew
    cpSync(path.join(root, 'prebuilds'), fresh, { recursive: true, filter: isBuilt });
    return true;
  }
  return (!anew && succeeds(node, [...script, '--check'])) || succeeds(node, script);
}

/** The camera addon and the tests of its sources, which need the libcamera of the Debian 13 root. */
function libcameraTests() {
  const build = ['test/debian13/run.sh', ['node', 'scripts/build-native.mjs'], compilerCache];
  return (
    succeeds(...build) &&
    succeeds('test/debian13/smoke.sh', [], compilerCache) &&
    nodeTests(['libcamera'], realTime)
  );
}

/** Real cameras and receivers: one file at a time, so that none takes the other's processor. */
const realTime = { concurrency: 1 };

export const suites = [
  {
    name: 'native',
    beside: true,
    run: () => nativeTests('address,undefined') && nativeTests('thread'),
  },
  {
    name: 'format',
    beside: true,
    run: () => succeeds('npx', ['prettier', '--check', '.']) && succeeds(node, ['scripts/clang-checks.mjs']),
  },
  {
    name: 'types',
    beside: true,
    run: () =>
      succeeds('npx', ['tsc', '--noEmit']) && succeeds('npx', ['tsc', '--noEmit', '-p', 'lib/web/static']),
  },
  { name: 'lint', beside: true, run: () => succeeds('npm', ['run', '--silent', 'lint']) },
  {
    name: 'unit',
    run: () =>
      nodeTests([
        ...['config', 'errors', 'jpeg', 'rtp', 'rtcp', 'sdp', 'util'],
        ...['camera', 'net', 'pipeline', 'outputs', 'app', 'metrics', 'package', 'fuzz'],
      ]),
  },
  { name: 'receiver', run: () => nodeTests(['receiver'], realTime) },
  { name: 'web', alone: true, run: () => nodeTests(['web'], realTime) },
  { name: 'webrtc', alone: true, run: () => nodeTests(['webrtc'], realTime) },
  { name: 'native-safety', run: () => nodeTests(['native-safety'], realTime) },
  { name: 'steady-state', alone: true, run: () => nodeTests(['steady-state'], realTime) },
  {
    name: 'interop',
    run: ({ 'full-matrix': isFull }) =>
      nodeTests(['interop'], { ...realTime, environment: { FULL_MATRIX: isFull ? '1' : '' } }),
  },
  { name: 'roots', run: () => succeeds('scripts/prepare-tests.sh', []) },
  { name: 'cli', run: () => nodeTests(['cli']) },
  { name: 'examples', run: () => nodeTests(['examples', 'docs'], realTime) },
  { name: 'libcamera', run: libcameraTests },
  {
    name: 'faults',
    run: ({ 'all-faults': areAll }) =>
      nodeTests(['faults'], { ...realTime, environment: { ALL_FAULTS: areAll ? '1' : '' } }),
  },
  { name: 'service', run: () => nodeTests(['service'], realTime) },
  { name: 'deploy', run: () => nodeTests(['deploy'], { ...realTime, minutes: 10 }) },
  { name: 'sanitizers', beside: true, run: sanitizedStreaming },
  { name: 'install', beside: true, run: () => nodeTests(['install'], { ...realTime, minutes: 10 }) },
  { name: 'arm64', beside: true, run: () => nodeTests(['arm64'], realTime) },
];

/** What installs the package, or runs its addons elsewhere. */
export const suitesOfPrebuilds = ['deploy', 'install', 'arm64'];
