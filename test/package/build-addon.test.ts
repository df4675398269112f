// The command build-addon where it can't succeed. It does in test/libcamera.
import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { nativeAbiVersion } from '../../lib/native/abi-version.js';
import { packageVersion } from '../../lib/native/package-folder.js';
import { projectRoot } from '../helpers/debian13.js';
import { installedParts, PackageCopy, realCore } from '../helpers/package-copy.js';
import { until, type RunningProcess } from '../helpers/processes.js';

const before = 'the addon that was there before';
const copy = new PackageCopy({ after }, installedParts());
const buildScript = path.join(copy.folder, 'scripts', 'build-native.mjs');
const addons = copy.own(nativeAbiVersion, packageVersion());

// Whatever the test before has done: an installed package on a machine whose libcamera may be built against, with an
// addon from an earlier build.
beforeEach(() => {
  copy.put(realCore, copy.prebuilt);
  cpSync(path.join(projectRoot, 'scripts', 'build-native.mjs'), buildScript);
  rmSync(copy.data, { recursive: true });
  for (const folder of [path.join(copy.data, 'tmp'), path.join(addons, 'camera')]) {
    mkdirSync(folder, { recursive: true });
  }
  writeFileSync(path.join(addons, 'camera', '99.0.node'), before);
  offerHeaders('99.0.1');
  copy.giveData();
});

/** Lets pkg-config know a libcamera of this version. */
function offerHeaders(version: string): void {
  const description = `Name: libcamera\nDescription: none at all\nVersion: ${version}\n`;
  writeFileSync(path.join(copy.data, 'libcamera.pc'), description);
}

function start(args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): RunningProcess {
  const tmp = path.join(copy.data, 'tmp');
  return copy.start(['build-addon', ...args], { TMPDIR: tmp, PKG_CONFIG_PATH: copy.data, ...environment });
}

/** Fails unless the earlier addon is all that there is. */
function assertUnchanged(): void {
  assert.deepEqual(readdirSync(addons), ['camera']);
  assert.deepEqual(readdirSync(path.join(addons, 'camera')), ['99.0.node']);
  assert.equal(readFileSync(path.join(addons, 'camera', '99.0.node'), 'utf8'), before);
  assert.deepEqual(readdirSync(path.join(copy.data, 'tmp')), []);
}

test('all that is missing is listed, with the command that installs it', async () => {
  const tools = 'cmake, make or ninja, g\\+\\+ or clang\\+\\+, pkg-config';
  const bare = start(['--all'], { PATH: '/nonexistent' });
  assert.equal(await bare.exited, 1);
  assert.match(bare.stderr(), new RegExp(`^ERR_BUILD_TOOLS: the build needs ${tools}.*: install them\n$`));
  const programs = path.join(copy.data, 'bin');
  mkdirSync(programs);
  for (const name of ['apt-get', 'apt-cache']) symlinkSync(`/usr/bin/${name}`, path.join(programs, name));
  const debian = start([], { PATH: programs });
  assert.equal(await debian.exited, 1);
  assert.match(
    debian.stderr(),
    /^ERR_BUILD_TOOLS: .* sudo apt install (-t \S+ )?cmake make g\+\+ pkg-config/,
  );
  assertUnchanged();
});

test('headers of a libcamera that is too old are none', async () => {
  offerHeaders('0.3.1');
  const build = start();
  assert.equal(await build.exited, 1);
  assert.match(build.stderr(), /^ERR_BUILD_TOOLS: the build needs the headers of libcamera 0\.3\.2 or newer/);
});

test('a build that fails says all that the tools said, and leaves the earlier addon', async () => {
  const build = start([], { CXX: '/bin/false' });
  assert.equal(await build.exited, 1);
  assert.match(
    build.stderr(),
    /CMake Error[^]*"\/bin\/false"[^]*\nERR_BUILD_FAILED: the addon could not be built/,
  );
  assertUnchanged();
});

test('what does not load is not taken', async () => {
  writeFileSync(
    buildScript,
    `
    import { mkdirSync, writeFileSync } from 'node:fs';
    const folder = process.argv.find((each) => each.startsWith('--output=')).slice(9) + '/camera';
    mkdirSync(folder);
    writeFileSync(folder + '/system.node', 'no addon');`,
  );
  const build = start();
  assert.equal(await build.exited, 1);
  assert.match(build.stderr(), /^ERR_BUILD_FAILED: what was built does not load here: .+\n$/);
  assertUnchanged();
});

for (const signal of ['SIGINT', 'SIGHUP'] as const) {
  test(`${signal} ends the compilers, too, and leaves the earlier addon`, async () => {
    writeFileSync(
      buildScript,
      `
    import { spawnSync } from 'node:child_process';
    console.log('[1/1] Building CXX object CMakeFiles/camera-system.dir/Unity/unity_0_cxx.cxx.o');
    spawnSync('sleep', ['60'], { stdio: 'inherit' });`,
    );
    const build = start();
    await until('the first step', () => build.stdout().includes('[1/1] camera-system\n'));
    build.child.kill(signal);
    assert.equal(await build.exited, 1);
    assert.match(build.stderr(), /^ERR_BUILD_FAILED: stopped/);
    assertUnchanged();
  });
}

test('a place that can not be written to is said before anything is built', async () => {
  const build = start([], { XDG_DATA_HOME: '/nonexistent' });
  assert.equal(await build.exited, 1);
  assert.match(build.stderr(), /^ERR_BUILD_FAILED: no addon can be put into \/nonexistent\/.*: EACCES/);
});

test('neither does a place that no folder can be made in keep it waiting, nor a temporary folder that is none', async () => {
  const proc = start([], { XDG_DATA_HOME: '/proc/nowhere' });
  assert.equal(await proc.exited, 1);
  assert.match(proc.stderr(), /^ERR_BUILD_FAILED: no addon can be put into \/proc\/nowhere\/.*: ENOENT/);
  const temporary = start([], { TMPDIR: '/nonexistent' });
  assert.equal(await temporary.exited, 1);
  assert.match(temporary.stderr(), /^ERR_BUILD_FAILED: nothing can be built in \/nonexistent: ENOENT/);
  assertUnchanged();
});

test('on another system it is said at once that addons are built on Linux only', async () => {
  const pretend = "data:text/javascript,Object.defineProperty(process,'platform',{value:'darwin'})";
  const build = start([], { NODE_OPTIONS: `--import=${pretend}` });
  assert.equal(await build.exited, 1);
  assert.match(build.stderr(), /^ERR_BUILD_TOOLS: addons are built on Linux only, and this is darwin/);
});

test('a core addon that does not load is said before anything is built', async () => {
  cpSync(path.join(copy.folder, 'package.json'), path.join(copy.prebuilt, 'core.node'));
  const build = start();
  assert.equal(await build.exited, 1);
  assert.match(build.stderr(), /^ERR_NATIVE_MISSING: .*is no addon/);
});

test('what build-addon does not know is wrong usage', async () => {
  for (const args of [['--everything'], ['camera']]) {
    const build = start(args);
    assert.equal(await build.exited, 2);
    assert.match(build.stderr(), /^ERR_USAGE: /);
  }
  assert.equal(existsSync(path.join(copy.folder, 'build')), false);
});
