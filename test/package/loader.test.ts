// Where the built package looks for its addons, and what it says of those that it can't use.
import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { nativeAbiVersion } from '../../lib/native/abi-version.js';
import { coreAddon } from '../../lib/native/core-addon.js';
import { installedLibcameras } from '../../lib/native/installed-libcamera.js';
import { diagnoseCamera } from '../../lib/native/missing-addon.js';
import { packageVersion } from '../../lib/native/package-folder.js';
import { compileAddon, compileLibrary } from '../helpers/compile-addon.js';
import { ordinaryUser, PackageCopy, realCore } from '../helpers/package-copy.js';

const version = packageVersion();
const folder = mkdtempSync(path.join(tmpdir(), 'pcs-addons-'));
const truncated = path.join(folder, 'truncated.node');
const foreign = path.join(folder, 'foreign.node');
const text = path.join(folder, 'text.node');
const [thisProcessor, otherProcessor, otherMachine] =
  process.arch === 'arm64' ? ['arm64', 'x64', 62] : [process.arch, 'arm64', 183];
const { sourceAbiVersion } = coreAddon();
let newer = '';
let without = '';
let camera = '';
let cameraOfOtherSource = '';

before(async () => {
  const core = readFileSync(realCore);
  writeFileSync(truncated, core.subarray(0, 5000));
  core.writeUInt16LE(otherMachine, 18); // e_machine
  writeFileSync(foreign, core);
  writeFileSync(text, 'This is no addon.\n'.repeat(10));
  const named = (name: string): string => path.join(folder, name);
  newer = await compileAddon(named('newer.node'), { native: nativeAbiVersion + 1, source: sourceAbiVersion });
  without = await compileAddon(named('without.node'), { native: 0, source: sourceAbiVersion });
  const native = nativeAbiVersion;
  camera = await compileAddon(named('camera.node'), { native, source: sourceAbiVersion });
  cameraOfOtherSource = await compileAddon(named('other.node'), { native, source: sourceAbiVersion + 1 });
});

after(() => {
  rmSync(folder, { recursive: true });
});

test('the core addon and TypeScript hold the same version of their interface', () => {
  const core = createRequire(import.meta.url)(realCore) as { nativeAbiVersion: unknown };
  assert.equal(core.nativeAbiVersion, nativeAbiVersion);
});

test('without an addon each folder is named once, and the error has the command', async (t) => {
  const copy = new PackageCopy(t);
  const { attempts, error } = await copy.search('core');
  const mine = attempts.filter(({ file }) => !file.startsWith('/var/lib'));
  assert.deepEqual(
    mine.map(({ file }) => file),
    [copy.local, copy.own(nativeAbiVersion, version), copy.prebuilt],
  );
  for (const { outcome, reason } of mine) assert.deepEqual([outcome, reason], ['absent', 'not there']);
  assert.match(
    error,
    /^ERR_NATIVE_MISSING: there is no native addon for \S+ Run: npx pi-camera-streamer build-addon --all$/,
  );
});

test('a checkout is told of its own command', async (t) => {
  const copy = new PackageCopy(t);
  for (const part of ['.git', 'lib']) mkdirSync(path.join(copy.folder, part));
  const { error } = await copy.search('core');
  assert.match(error, /Run: npm run build:native$/);
});

test('an addon that can be used is found behind those that can not, each with its reason', async (t) => {
  const copy = new PackageCopy(t);
  copy.put(truncated, copy.local);
  copy.put(foreign, copy.own(nativeAbiVersion, version));
  copy.put(text, copy.own(nativeAbiVersion, '0.0.9'));
  copy.put(newer, copy.own(nativeAbiVersion, '0.0.8'));
  copy.put(without, copy.own(nativeAbiVersion, '0.0.7'));
  const taken = copy.put(realCore, copy.own(nativeAbiVersion, '0.0.6'));
  const { file, attempts, error } = await copy.search('core');
  assert.equal(file, taken);
  assert.equal(error, '');
  const mine = attempts.filter((attempt) => !attempt.file.startsWith('/var/lib'));
  const spoken = (what: string): string =>
    `speaks ${what} of the native interface, and this package version ${String(nativeAbiVersion)}`;
  assert.deepEqual(
    mine.map(({ outcome, reason }) => [outcome, reason]),
    [
      ['damaged', 'was cut short'],
      ['unusable', `built for ${otherProcessor}, this is ${thisProcessor}`],
      ['absent', 'not there'],
      ['damaged', 'is no addon, or was cut short'],
      ['mismatch', spoken(`version ${String(nativeAbiVersion + 1)}`)],
      ['mismatch', spoken('no version')],
      ['loaded', ''],
    ],
  );
});

test("the user's own addons: this version of the package, behind the package's own the newest; no other interface", async (t) => {
  const copy = new PackageCopy(t);
  copy.put(realCore, copy.own(nativeAbiVersion + 1, version));
  const find = async (): Promise<string | undefined> => (await copy.search('core')).file;
  for (const each of ['0.0.9', '0.0.10']) {
    const own = copy.put(realCore, copy.own(nativeAbiVersion, each));
    assert.equal(await find(), own);
  }
  const prebuilt = copy.put(realCore, copy.prebuilt);
  assert.equal(await find(), prebuilt);
  const current = copy.put(realCore, copy.own(nativeAbiVersion, version));
  assert.equal(await find(), current);
  const local = copy.put(realCore, copy.local);
  assert.equal(await find(), local);
});

test('folders that are empty, closed to the user, or none', async (t) => {
  const copy = new PackageCopy(t);
  mkdirSync(copy.local, { recursive: true });
  const closed = copy.own(nativeAbiVersion, version);
  mkdirSync(closed, { recursive: true });
  chmodSync(closed, 0);
  copy.put(text, path.dirname(copy.prebuilt), path.basename(copy.prebuilt));
  const { attempts, error } = await copy.search('core');
  const reasons = new Map(attempts.map(({ file, reason }) => [file, reason]));
  assert.equal(reasons.get(copy.local), 'has no such addon');
  assert.equal(reasons.get(closed), 'may not be read by this user');
  assert.equal(reasons.get(copy.prebuilt), 'is no folder');
  assert.match(error, /^ERR_NATIVE_MISSING/);
});

const reinstall = ({ folder: own }: PackageCopy): string =>
  `Run: rm -r '${own}' && npm install --prefix '${path.dirname(path.dirname(own))}'`;

test('a package whose own addon was cut short is to be installed again', async (t) => {
  const copy = new PackageCopy(t);
  const file = copy.put(truncated, copy.prebuilt);
  const { error } = await copy.search('core');
  assert.ok(error.startsWith('ERR_NATIVE_MISSING: the native addon does not load on '), error);
  assert.ok(error.includes(`${file}: was cut short. `), error);
  assert.ok(error.endsWith(` The package is damaged. ${reinstall(copy)}`), error);
});

test('an addon of another version that is all there is has a code of its own', async (t) => {
  const copy = new PackageCopy(t);
  copy.put(newer, copy.own(nativeAbiVersion, version));
  const { error } = await copy.search('core');
  assert.match(error, /^ERR_ADDON_MISMATCH: .* Run: npx pi-camera-streamer build-addon --all$/);
});

test('camera addons: the one built here first, then the newest that loads', async (t) => {
  const copy = new PackageCopy(t);
  copy.put(realCore, copy.prebuilt);
  const library = await compileLibrary(path.join(folder, 'gone'), 'libcamera.so.99.1');
  const native = nativeAbiVersion;
  const needy = await compileAddon(path.join(folder, 'needy.node'), { native, source: sourceAbiVersion }, [
    '-Wl,--no-as-needed',
    library,
  ]);
  rmSync(library);
  copy.put(needy, copy.prebuilt, 'camera/99.1.node');
  copy.put(cameraOfOtherSource, copy.prebuilt, 'camera/0.10.node');
  const taken = copy.put(camera, copy.prebuilt, 'camera/0.9.node');
  const { file, attempts } = await copy.search('camera');
  assert.equal(file, taken);
  const versions = [sourceAbiVersion + 1, sourceAbiVersion].map(String);
  assert.deepEqual(
    attempts.slice(-3).map(({ reason }) => reason),
    [
      'libcamera.so.99.1 is not installed',
      `speaks version ${versions.join(' of the source interface, and the core addon version ')}`,
      '',
    ],
  );
  const system = copy.put(camera, copy.local, 'camera/system.node');
  copy.put(camera, copy.local, 'camera/0.9.node');
  assert.equal((await copy.search('camera')).file, system);
});

test('a libcamera without an addon: build one', async (t) => {
  const copy = new PackageCopy(t);
  copy.put(realCore, copy.prebuilt);
  const libraries = path.join(copy.folder, 'libraries');
  await compileLibrary(libraries, 'libcamera.so.99.0.3');
  symlinkSync('libcamera.so.99.0.3', path.join(libraries, 'libcamera.so.99.0'));
  const { error } = await copy.search('camera', { LD_LIBRARY_PATH: libraries });
  assert.equal(
    error,
    'ERR_CAMERA_UNAVAILABLE: libcamera 99.0 is installed, and there is no prebuilt addon for it. ' +
      'Run: npx pi-camera-streamer build-addon',
  );
  const broken = copy.put(foreign, copy.prebuilt, 'camera/99.0.node');
  const second = await copy.search('camera', { LD_LIBRARY_PATH: libraries });
  assert.ok(
    second.error.includes(`no addon loads with it: ${broken}: built for ${otherProcessor}`),
    second.error,
  );
  copy.put(truncated, copy.prebuilt, 'camera/99.0.node');
  const third = await copy.search('camera', { LD_LIBRARY_PATH: libraries });
  assert.ok(third.error.endsWith(` The package is damaged. ${reinstall(copy)}`), third.error);
});

test('a libcamera that the dynamic linker does not find, and one that is too old', async (t) => {
  const libraries = mkdtempSync(path.join(folder, 'libraries-'));
  const library = await compileLibrary(libraries, 'libcamera.so.99.0');
  const before = process.env['LD_LIBRARY_PATH'];
  process.env['LD_LIBRARY_PATH'] = libraries; // too late for the dynamic linker
  t.after(() => {
    if (before === undefined) delete process.env['LD_LIBRARY_PATH'];
    else process.env['LD_LIBRARY_PATH'] = before;
  });
  const reason = 'libcamera.so.99.0 is not installed';
  const unseen = diagnoseCamera([{ file: '/addons/camera/99.0.node', outcome: 'unusable', reason }]);
  assert.equal(unseen.what, `${library} is there, but the dynamic linker does not find it`);
  assert.equal(unseen.command, 'sudo ldconfig');
  renameSync(library, path.join(libraries, 'libcamera.so.0.0.3'));
  assert.ok(installedLibcameras().some(({ abi, version: full }) => abi === '0.0.3' && full === '0.0.3'));
});

test('nothing is loaded from the working directory, whatever HOME says', async (t) => {
  const copy = new PackageCopy(t);
  for (const home of ['', 'relative']) {
    const { attempts } = await copy.search('core', { HOME: home, XDG_DATA_HOME: 'relative' });
    for (const { file } of attempts) assert.ok(path.isAbsolute(file), file);
  }
});

test('without a libcamera: install one', async (t) => {
  const copy = new PackageCopy(t);
  copy.put(realCore, copy.prebuilt);
  const { error } = await copy.search('camera');
  const [installed] = installedLibcameras();
  const expected = installed
    ? new RegExp(`^ERR_CAMERA_UNAVAILABLE: libcamera .*${installed.abi}`)
    : /^ERR_CAMERA_UNAVAILABLE: libcamera 0\.3\.2 or newer is needed, and none is installed\. Run: sudo apt install libcamera-dev/;
  assert.match(error, expected);
});

test('a camera addon that fits another core only is a mismatch', async (t) => {
  const copy = new PackageCopy(t);
  copy.put(realCore, copy.prebuilt);
  copy.put(cameraOfOtherSource, copy.own(nativeAbiVersion, version), 'camera/0.9.node');
  const { error } = await copy.search('camera');
  assert.match(error, /^ERR_ADDON_MISMATCH: .* Run: npx pi-camera-streamer build-addon$/);
});

test('without a core addon that is what is said, also of cameras', async (t) => {
  const copy = new PackageCopy(t);
  copy.put(camera, copy.local, 'camera/system.node');
  const { file, error } = await copy.search('camera');
  assert.equal(file, path.join(copy.local, 'camera', 'system.node'));
  assert.match(error, /^ERR_NATIVE_MISSING/);
});

test(
  'root looks into the folder for all users, not into a home',
  { skip: ordinaryUser.uid === undefined },
  async (t) => {
    const copy = new PackageCopy(t);
    copy.put(realCore, copy.own(nativeAbiVersion, version));
    const { file, attempts } = await copy.search('core', {}, {});
    assert.equal(file, undefined);
    assert.ok(attempts.some((attempt) => attempt.file.startsWith('/var/lib/pi-camera-streamer/addons/')));
  },
);
