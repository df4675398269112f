// The suites of `npm test`: how much of the machine each needs is said here, and schedule.mjs has it so.
import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root, succeeds } from '../run.mjs';
import { compilerCache } from './compiler-cache.mjs';
import { nodeTests } from './node-tests.mjs';

const node = process.execPath;

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
    nodeTests(['sanitizers'])
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

/** The roots, and this project's addons for the libcamera of Debian 13. */
function makeRoots() {
  return (
    succeeds('scripts/prepare-tests.sh', []) &&
    succeeds('test/debian13/run.sh', ['--shim', 'node', 'scripts/build-native.mjs'], compilerCache)
  );
}

const after = 'roots';
const alone = { lane: 'alone' };
const timed = { lane: 'timed' };
const frames = { lane: 'frames' };
const rest = { lane: 'rest' };
const judgesTimes = true;

/**
 * In the order of their lanes, see schedule.mjs. `alone`: every preview that a browser misses counts, and it keeps all
 * processors busy. `timed`: what is judged bears some other streams. `frames`: a single frame that is dropped, or late, is a
 * failure, or some milliseconds are. `rest`: compiles, looks at files, or waits; later what waits for answers.
 */
export const suites = [
  { name: 'viewer', ...alone, run: () => nodeTests(['viewer'], { judgesTimes }) },
  // The WebRTC stack of the tests' own peers has kept their process from its end, after all tests had passed.
  { name: 'webrtc', ...timed, run: () => nodeTests(['webrtc'], { forceExit: true, judgesTimes }) },
  { name: 'network', ...timed, run: () => nodeTests(['network'], { judgesTimes }) },
  { name: 'native-safety', ...timed, run: () => nodeTests(['native-safety']) },
  { name: 'service', ...timed, after, run: () => nodeTests(['service']) },
  { name: 'web', ...timed, run: () => nodeTests(['web'], { judgesTimes }) },
  { name: 'cli', ...timed, after, run: () => nodeTests(['cli'], { judgesTimes }) },
  {
    name: 'unit',
    ...frames,
    run: () =>
      nodeTests(
        [
          ...['config', 'errors', 'jpeg', 'rtp', 'rtcp', 'sdp', 'util'],
          ...['camera', 'net', 'pipeline', 'outputs', 'app', 'metrics', 'package', 'fuzz'],
        ],
        { concurrency: 2, judgesTimes },
      ),
  },
  { name: 'interop', ...frames, run: () => nodeTests(['interop'], { judgesTimes }) },
  { name: 'receiver', ...frames, run: () => nodeTests(['receiver'], { judgesTimes }) },
  { name: 'chromium', ...frames, run: () => nodeTests(['chromium'], { judgesTimes }) },
  { name: 'faults', ...frames, after, run: () => nodeTests(['faults'], { judgesTimes }) },
  { name: 'libcamera', ...frames, after, run: () => nodeTests(['libcamera'], { judgesTimes }) },
  {
    name: 'libcamera-source',
    ...frames,
    after,
    run: () => succeeds('test/debian13/smoke.sh', [], compilerCache),
  },
  { name: 'roots', ...rest, run: makeRoots },
  { name: 'native', ...rest, run: () => nativeTests('address,undefined') && nativeTests('thread') },
  {
    name: 'format',
    ...rest,
    run: () => succeeds('npx', ['prettier', '--check', '.']) && succeeds(node, ['scripts/clang-checks.mjs']),
  },
  { name: 'install', ...rest, after, run: () => nodeTests(['install'], { minutes: 10 }) },
  { name: 'lint', ...rest, run: () => succeeds('npm', ['run', '--silent', 'lint']) },
  {
    name: 'types',
    ...rest,
    run: () =>
      succeeds('npx', [
        'tsc',
        '--noEmit',
        '--incremental',
        '--tsBuildInfoFile',
        '.cache/types.tsbuildinfo',
      ]) && succeeds('npx', ['tsc', '--noEmit', '-p', 'lib/web/static']),
  },
  { name: 'steady-state', ...rest, run: () => nodeTests(['steady-state']) },
  { name: 'deploy', ...rest, after, run: () => nodeTests(['deploy'], { minutes: 15 }) },
  { name: 'examples', ...rest, after, run: () => nodeTests(['examples', 'docs']) },
  { name: 'sanitizers', ...rest, after, run: sanitizedStreaming },
  { name: 'arm64', ...rest, after, run: () => nodeTests(['arm64']) },
];

/** What installs the package, or runs its addons elsewhere. */
export const suitesOfPrebuilds = ['deploy', 'install', 'arm64'];
