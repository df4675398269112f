// The command build-addon of an installed package, by a user who may not write to it, against a real libcamera.
import assert from 'node:assert/strict';
import { chownSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { nativeAbiVersion } from '../../lib/native/abi-version.js';
import { packageVersion } from '../../lib/native/package-folder.js';
import {
  barsFolder,
  buildInDebian13,
  buildTimeoutMs,
  cameraIds,
  projectRoot,
  startInDebian13,
} from '../helpers/debian13.js';
import { installedParts, PackageCopy } from '../helpers/package-copy.js';
import type { RunningProcess } from '../helpers/processes.js';

const copy = new PackageCopy({ after }, installedParts());
const addons = copy.own(nativeAbiVersion, packageVersion());
const camera = path.join(addons, 'camera', '0.7.node');

const ordinaryUser = 65534;
const mounted = '/mnt'; // the package: in a folder of the same name each time, or the compiler's cache would not know it
const objects = path.join(projectRoot, '.cache', 'ccache-build-addon'); // what it has compiled before, here or elsewhere
const compilerCache = [
  'CMAKE_C_COMPILER_LAUNCHER=ccache',
  'CMAKE_CXX_COMPILER_LAUNCHER=ccache',
  `CCACHE_DIR=${objects}`,
  'CCACHE_BASEDIR=/', // it builds in a temporary folder, whose name is another one each time
  'CCACHE_NOHASHDIR=1',
];

before(
  async () => {
    await buildInDebian13();
    copy.put(path.join(projectRoot, '.cache', 'debian13-build', 'Release', 'core.node'), copy.prebuilt);
    mkdirSync(objects, { recursive: true });
    chownSync(objects, ordinaryUser, ordinaryUser);
  },
  { timeout: buildTimeoutMs },
);

/** The package's command line, as an ordinary user. */
function start(args: readonly string[], variables: readonly string[] = []): RunningProcess {
  const id = String(ordinaryUser);
  const user = ['setpriv', `--reuid=${id}`, `--regid=${id}`, '--clear-groups'];
  const environment = ['env', `XDG_DATA_HOME=${copy.data}`, ...compilerCache, ...variables];
  const mount = ['sh', '-c', `mount --bind "$0" ${mounted} && exec "$@"`, copy.folder];
  const command = path.join(mounted, 'dist', 'cli', 'main.js');
  return startInDebian13(barsFolder, [...mount, ...user, ...environment, 'node', command, ...args]);
}

async function assertCamerasAreListed(): Promise<void> {
  const cameras = start(['cameras']);
  assert.equal(await cameras.exited, 0, cameras.stderr());
  for (const id of cameraIds) assert.ok(cameras.stdout().includes(id), cameras.stdout());
}

test(
  'the camera addon is built outside of the package, and lists the cameras',
  { timeout: 300_000 },
  async () => {
    const without = start(['cameras']);
    assert.equal(await without.exited, 1);
    assert.match(
      without.stderr(),
      /^ERR_CAMERA_UNAVAILABLE: libcamera 0\.7 .* Run: npx pi-camera-streamer build-addon\n$/,
    );
    const build = start(['build-addon']);
    assert.equal(await build.exited, 0, build.stderr());
    assert.match(build.stdout(), /^\[\d+%\] camera-system$/m);
    assert.doesNotMatch(build.stdout(), /\] (?:core|pcs_core)$/m);
    assert.ok(build.stdout().endsWith(`\n${camera}: libcamera 0.7.1\n`), build.stdout());
    assert.deepEqual(readdirSync(addons), ['camera']);
    await assertCamerasAreListed();
  },
);

test('a compiler that fails leaves it as it was', { timeout: 120_000 }, async () => {
  const build = start(['build-addon'], ['CXX=/bin/false']);
  assert.equal(await build.exited, 1);
  assert.match(build.stderr(), /ERR_BUILD_FAILED: the addon could not be built/);
  await assertCamerasAreListed();
});

test('--all builds the core, too, where no prebuilt one loads', { timeout: 600_000 }, async () => {
  rmSync(copy.prebuilt, { recursive: true });
  const build = start(['build-addon', '--all']);
  assert.equal(await build.exited, 0, build.stderr());
  assert.ok(build.stdout().endsWith(`\n${path.join(addons, 'core.node')}: core\n`), build.stdout());
  assert.deepEqual(readdirSync(addons).sort(), ['camera', 'core.node']);
  await assertCamerasAreListed();
});
