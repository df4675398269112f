// The package from its tarball, on machines that have Node and nothing else: no compiler, no headers, no libjpeg, and
// no network but their own.
import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { barsFolder, cameraIds } from '../helpers/debian13.js';
import { makeNetwork, type Host } from '../helpers/network.js';
import { freshPrebuilds, packFresh } from '../helpers/packed.js';
import { makeMachine, type Machine, type RootName } from '../helpers/roots.js';
import { runToEnd } from '../helpers/processes.js';

// What npx runs. A signal to npx alone, without its process group, would not reach it.
const streamer = ['node_modules/.bin/pi-camera-streamer'] as const;
const testPattern = ['-mode', 'mjpeg-rtp', '--source', 'test', '--dest', '127.0.0.1:5000'] as const;

const workspace = mkdtempSync(path.join(tmpdir(), 'pcs-install-'));

/** A home folder with the tarball, and with what it depends on in npm's cache. */
let fresh: string;
/** A home folder where that is installed. */
let installed: string;

before(async () => {
  fresh = mkdtempSync(path.join(workspace, 'fresh-'));
  const tarball = await packFresh(mkdtempSync(path.join(workspace, 'pack-')));
  renameSync(tarball, path.join(fresh, 'package.tgz'));
  installed = mkdtempSync(path.join(workspace, 'installed-'));
  const options = ['--silent', '--prefix', installed, '--cache', path.join(fresh, '.npm-cache')];
  await runToEnd('npm', ['install', ...options, path.join(fresh, 'package.tgz')]);
});

after(() => {
  rmSync(workspace, { recursive: true });
});

async function install(root: RootName, host: Host): Promise<Machine> {
  const machine = await makeMachine(root, host, { workspace, home: fresh });
  await machine.run('npm', 'install', './package.tgz');
  return machine;
}

const makeInstalled = (root: RootName, host: Host, nodeMajor?: number): Promise<Machine> =>
  makeMachine(root, host, { workspace, home: installed, nodeMajor });

/** Runs GStreamer, on the same network and outside the machine, until it has decoded so many frames of a stream. */
async function decodes(host: Host, frames: number, port = 5000): Promise<void> {
  const caps = 'caps=application/x-rtp,encoding-name=JPEG,payload=26';
  const elements = ['rtpjpegdepay', 'jpegdec', `identity eos-after=${String(frames)}`, 'fakesink'];
  await host.run(
    'timeout',
    '60',
    'gst-launch-1.0',
    '-q',
    'udpsrc',
    `port=${String(port)}`,
    caps,
    ...pipe(elements),
  );
}

const pipe = (elements: readonly string[]): string[] =>
  elements.flatMap((element) => ['!', ...element.split(' ')]);

/** Fails unless frames of this command are decoded. It is stopped then. */
async function assertStreams(machine: Machine, host: Host, ...command: readonly string[]): Promise<void> {
  const process = machine.start(...command);
  try {
    await decodes(host, 50);
  } catch (error) {
    throw new Error(`no frames: ${process.stderr()}`, { cause: error });
  }
  process.child.kill('SIGINT');
  assert.equal(await process.exited, 0, process.stderr());
}

const oneHost = async (context: TestContext): Promise<Host> => (await makeNetwork(context)).sender;
const packageFile = (machine: Machine, name: string): string =>
  path.join(machine.home, 'node_modules', 'pi-camera-streamer', name);

for (const root of ['debian12', 'debian13'] as const) {
  test(`${root}: npm install runs no script, and the demo is decoded`, async (context) => {
    const host = await oneHost(context);
    const machine = await install(root, host);
    const lock = readFileSync(path.join(machine.home, 'node_modules', '.package-lock.json'), 'utf8');
    assert.match(lock, /"node_modules\/pi-camera-streamer"/);
    assert.doesNotMatch(lock, /hasInstallScript/);
    const demo = machine.run('npx', 'pi-camera-streamer', 'demo', '--frames', '150');
    await Promise.all([demo, decodes(host, 50), decodes(host, 50, 5002)]);
  });
}

for (const version of ['0.4', '0.7'] as const) {
  test(`libcamera ${version}: its cameras are listed, and one is decoded`, async (context) => {
    const host = await oneHost(context);
    const machine = await makeInstalled(`debian13-libcamera${version}`, host);
    copyFileSync(path.join(barsFolder, 'virtual.yaml'), path.join(machine.home, 'virtual.yaml'));
    const cameras = JSON.parse(await machine.run(...streamer, 'cameras', '--json')) as { id: string }[];
    assert.deepEqual(cameras.map(({ id }) => id).sort(), [...cameraIds].sort());
    const dest = ['-mode', 'mjpeg-rtp', '--source', 'auto', '--dest', '127.0.0.1:5000'];
    await assertStreams(machine, host, ...streamer, ...dest);
  });
}

test("Debian 12's own Node is too old: every command says what to do", async (context) => {
  const machine = await makeInstalled('debian12', await oneHost(context), 18);
  for (const command of ['doctor', 'demo', '--version']) {
    const { code, output } = await machine.outcome(...streamer, command);
    assert.equal(code, 1);
    assert.match(output, /^Node\.js 18\.\S+ is older than 20\.19, [^\n]* npm install -g node@[^\n]*\n$/);
  }
});

test('without libcamera: cameras says what to install, and the test pattern streams', async (context) => {
  const host = await oneHost(context);
  const machine = await makeInstalled('debian12', host);
  const { code, output } = await machine.outcome(...streamer, 'cameras');
  assert.equal(code, 1);
  assert.match(output, /ERR_CAMERA_UNAVAILABLE.*none is installed.*apt install libcamera-dev/);
  await assertStreams(machine, host, ...streamer, ...testPattern);
});

test('a libcamera that nobody knows: cameras says how to build for it', async (context) => {
  const host = await oneHost(context);
  const machine = await makeInstalled('debian13-libcamera0.9', host);
  const { code, output } = await machine.outcome(...streamer, 'cameras');
  assert.equal(code, 1);
  assert.match(output, /libcamera 0\.9 is installed, and there is no prebuilt addon for it.*build-addon/);
  await assertStreams(machine, host, ...streamer, ...testPattern);
  const built = await machine.outcome(...streamer, 'build-addon');
  assert.equal(built.code, 1);
  assert.match(built.output, /ERR_BUILD_TOOLS.*sudo apt install .*cmake.*g\+\+/s);
  const all = await machine.outcome(...streamer, 'build-addon', '--all');
  assert.match(all.output, /sudo apt install .*libjpeg-dev libyuv-dev libopenh264-dev libvpx-dev/);
});

test('a core addon that is cut short or of another processor is named, with what to do', async (context) => {
  const machine = await makeInstalled('debian12', await oneHost(context));
  const core = packageFile(machine, 'prebuilds/linux-x64/core.node');
  truncateSync(core, 5000);
  const cut = await machine.outcome(...streamer, ...testPattern);
  assert.equal(cut.code, 1);
  assert.match(cut.output, /ERR_NATIVE_MISSING.*core\.node: .*cut short.*npm install/);
  copyFileSync(path.join(freshPrebuilds, 'linux-arm64', 'core.node'), core);
  const other = await machine.outcome(...streamer, ...testPattern);
  assert.equal(other.code, 1);
  assert.match(other.output, /core\.node: .*arm64.*x64/);
});

test('a camera addon that is cut short: the test pattern streams all the same', async (context) => {
  const host = await oneHost(context);
  const machine = await makeInstalled('debian13-libcamera0.7', host);
  truncateSync(packageFile(machine, 'prebuilds/linux-x64/camera/0.7.node'), 5000);
  const { code, output } = await machine.outcome(...streamer, 'cameras');
  assert.equal(code, 1);
  assert.match(output, /0\.7\.node: .*cut short.*npm install/);
  await assertStreams(machine, host, ...streamer, ...testPattern);
});

test('a package folder that nobody may write to serves as well', async (context) => {
  const host = await oneHost(context);
  const machine = await makeInstalled('debian12', host);
  await runToEnd('chown', ['-R', 'root', path.join(machine.home, 'node_modules')]);
  chmodSync(packageFile(machine, '.'), 0o555);
  await assertStreams(machine, host, ...streamer, ...testPattern);
});

for (const major of [20, 22, 24]) {
  test(`Node ${String(major)}: import and require() give the package, and it streams`, async (context) => {
    const host = await oneHost(context);
    const machine = await makeInstalled('debian12', host, major);
    const print = 'console.log(process.versions.node.split(".")[0], typeof openCamera)';
    const imported = `import { openCamera } from 'pi-camera-streamer'; ${print}`;
    const required = `const { openCamera } = require('pi-camera-streamer'); ${print}`;
    for (const [type, script] of [
      ['module', imported],
      ['commonjs', required],
    ] as const) {
      const printed = await machine.run('node', '--no-warnings', `--input-type=${type}`, '-e', script);
      assert.equal(printed, `${String(major)} function\n`);
    }
    await assertStreams(machine, host, ...streamer, ...testPattern);
  });
}
