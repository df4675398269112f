import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parseConfig, withMode } from '../../../lib/config/index.js';
import { dropInText } from '../../../lib/app/service/drop-in.js';
import { execLine } from '../../../lib/app/service/exec-line.js';
import { memoryBound } from '../../../lib/app/service/memory-bound.js';
import { parseServiceStatus } from '../../../lib/app/service/service-status.js';
import { statusLine, type CameraStatus } from '../../../lib/app/service/status-line.js';
import { unitText, type UnitOptions } from '../../../lib/app/service/unit.js';
import type { StreamerError } from '../../../lib/errors/index.js';
import { start } from '../../helpers/processes.js';

const options: UnitOptions = {
  node: process.execPath,
  script: '/opt/my cameras/dist/cli/main.js',
  configFile: '/etc/100% $HOME "cam"/config.toml',
  mode: 'both',
  user: 'root',
  groups: ['video'],
};
const gibibyte = 2 ** 30;

function loaded(text: string) {
  const parsed = parseConfig(text, 'test');
  return { ...parsed, config: withMode(parsed.config, 'both'), file: undefined };
}

/** A unit and its drop-in, as files. */
function unitFiles(unit: string, dropIn: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcs-unit-'));
  const file = path.join(folder, 'pi-camera-streamer.service');
  mkdirSync(`${file}.d`);
  writeFileSync(file, unit);
  writeFileSync(path.join(`${file}.d`, '50-machine.conf'), dropIn);
  return file;
}

async function analyze(...args: readonly string[]): Promise<{ code: number; output: string }> {
  const process_ = start('systemd-analyze', args);
  const code = await process_.exited;
  return { code, output: process_.stdout() + process_.stderr() };
}

describe('the unit', () => {
  const dropIn = dropInText(loaded(''), gibibyte);

  it('is one that systemd has nothing to say about, whatever is in paths', async () => {
    const { code, output } = await analyze('verify', '--man=no', unitFiles(unitText(options), dropIn));
    assert.deepEqual({ code, output }, { code: 0, output: '' });
    const plain = unitText({ ...options, configFile: undefined, groups: [] });
    assert.equal((await analyze('verify', '--man=no', unitFiles(plain, dropIn))).output, '');
  });

  it('leaves the service an exposure below 3.0, also with a port that needs a right', async () => {
    for (const config of ['', '[server]\nweb_port = 80']) {
      const file = unitFiles(unitText(options), dropInText(loaded(config), gibibyte));
      const check = ['security', '--offline=true', '--threshold=29', '--no-pager', file];
      const { code, output } = await analyze(...check);
      assert.equal(code, 0, output.slice(-500));
    }
  });

  it('shows the homes only where something of it is there', () => {
    assert.match(unitText(options), /^ProtectHome=yes$/m);
    for (const own of [
      { node: '/home/pi/.nvm/versions/node/v22.1.0/bin/node' },
      { script: '/root/main.js' },
      { configFile: '/home/pi/config.toml' },
    ]) {
      assert.match(unitText({ ...options, ...own }), /^ProtectHome=read-only$/m);
    }
  });

  it('lets the folder of the configuration be written, and no other', () => {
    const unit = unitText({ ...options, configFile: '/home/pi/cameras/config.toml' });
    assert.match(unit, /^ReadWritePaths=\/home\/pi\/cameras$/m);
    assert.doesNotMatch(unitText({ ...options, configFile: undefined }), /ReadWritePaths/);
  });
});

describe('a path that a unit cannot hold', () => {
  const injected = 'ExecStartPre=/bin/false';

  for (const end of ['\n', '\r', '\r\n', '\0', '\x7f', '\v', '\f', '\t', '\x1b'])
    it(`is refused with ${JSON.stringify(end)} in it, whichever path it is`, () => {
      for (const key of ['node', 'script', 'configFile'] as const) {
        const path_ = `/etc/x${end}${injected}/file`;
        assert.throws(
          () => unitText({ ...options, [key]: path_ }),
          ({ code, message }: StreamerError) => {
            assert.equal(code, 'ERR_SERVICE');
            assert.ok(message.includes(JSON.stringify(path_)), message);
            return end === '\x7f' || !message.includes(end); // which JSON does not escape
          },
        );
      }
    });

  it('is refused for node with quotes or backslashes, which systemd takes in no program', () => {
    for (const node of ['/opt/"/node', "/opt/'/node", '/opt/\\/node'])
      assert.throws(() => unitText({ ...options, node }), { code: 'ERR_SERVICE' });
  });

  it('is refused where the end of its folder would join lines, or get lost', () => {
    for (const folder of ['/etc/x\\', '/etc/x ', '/etc/x\u00a0', '/etc/x\u2028'])
      assert.throws(() => unitText({ ...options, configFile: `${folder}/config.toml` }), {
        code: 'ERR_SERVICE',
      });
  });

  it('is none with quotes, backslashes, per cent, dollars, semicolons, umlauts or line separators', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pcs-node $x %n '));
    const node = path.join(folder, 'node ; é\u2028');
    copyFileSync(process.execPath, node);
    const odd = {
      node,
      script: `/opt/a\\"';$x%n/é\u2028main.js`,
      configFile: `/etc/a\\"';$x%n/b/config.toml`,
    };
    const unit = unitText({ ...options, ...odd });
    const { code, output } = await analyze(
      'verify',
      '--man=no',
      unitFiles(unit, dropInText(loaded(''), gibibyte)),
    );
    rmSync(folder, { recursive: true });
    assert.deepEqual({ code, output }, { code: 0, output: '' });
    assert.equal(unit.split('\n').length, unitText(options).split('\n').length);
  });
});

it('words of a command are quoted as systemd reads them', () => {
  assert.equal(
    execLine(['/usr/bin/node', '-config', 'a b', '50%', '$X', 'a"b\\']),
    '/usr/bin/node -config "a b" 50%% $$X "a\\"b\\\\"',
  );
});

describe('the drop-in', () => {
  const camera = { source: { kind: 'auto' }, width: 640, height: 480 } as const;

  it('bounds memory by cameras, and by what the machine has', () => {
    const two = memoryBound([camera, camera], 8 * gibibyte);
    assert.deepEqual(two, { highMebibytes: 247, maxMebibytes: 309, heapMebibytes: 48 });
    const large = { ...camera, width: 1920, height: 1080 };
    assert.equal(memoryBound([large, large], 8 * gibibyte).highMebibytes, 382);
    const file = { ...camera, source: { kind: 'file', path: 'x.y4m' } } as const;
    assert.equal(memoryBound([file], 8 * gibibyte).highMebibytes, 287);
    const zero2 = memoryBound([large, large], 427 * 2 ** 20);
    assert.deepEqual(zero2, { highMebibytes: 204, maxMebibytes: 256, heapMebibytes: 48 });
    assert.equal(memoryBound([camera, camera, camera], gibibyte).heapMebibytes, 56);
  });

  it('gives a stop more time than the configuration does', () => {
    assert.match(dropInText(loaded(''), gibibyte), /^TimeoutStopSec=40$/m);
    const long = loaded('[timeouts]\nshutdown_timeout_seconds = 100');
    assert.match(dropInText(long, gibibyte), /^TimeoutStopSec=110$/m);
  });

  it('has the right to bind a low port only where there is one', () => {
    assert.doesNotMatch(dropInText(loaded(''), gibibyte), /CAP_/);
    const low = dropInText(loaded('[server]\nweb_port = 443'), gibibyte);
    assert.match(low, /^AmbientCapabilities=CAP_NET_BIND_SERVICE$/m);
    const off = dropInText(loaded('[server]\nweb_port = 443\nenabled = false'), gibibyte);
    assert.doesNotMatch(off, /CAP_/);
  });
});

describe('the status line', () => {
  const camera: CameraStatus = {
    ...{ name: 'camera1', state: 'streaming', fps: 29.97, destination: '10.0.0.2:5000' },
    ...{ viewers: undefined, errorCode: 'ERR_CAMERA_DISCONNECTED' },
  };

  it('says what each camera does', () => {
    const broken = { ...camera, name: 'camera2', state: 'restarting' } as const;
    assert.equal(
      statusLine([camera, broken]),
      'camera1 streaming 30.0 fps to 10.0.0.2:5000 · camera2 restarting: ERR_CAMERA_DISCONNECTED',
    );
    const watched = { ...camera, destination: '', viewers: 1, fps: undefined };
    assert.equal(statusLine([watched]), 'camera1 streaming (1 viewer)');
    assert.equal(statusLine([{ ...camera, state: 'starting' }]), 'camera1 starting');
  });

  it('begins with what is stuck, and stays short', () => {
    assert.match(
      statusLine([camera], ['the sender of camera1']),
      /^the sender of camera1 is stuck · camera1/,
    );
    const many = Array.from({ length: 50 }, () => camera);
    assert.equal(statusLine(many).length, 400);
  });
});

it('what systemctl says becomes numbers, where there are some', () => {
  const text =
    'MainPID=0\nNRestarts=3\nMemoryCurrent=[not set]\nMemoryMax=1048576\nStatusText=a=b\nLoadState=loaded\n';
  const status = parseServiceStatus(text);
  const { mainPid, memoryBytes, memoryMaxBytes, restarts, statusLine: line, isInstalled } = status;
  assert.deepEqual([mainPid, memoryBytes, memoryMaxBytes, restarts], [undefined, undefined, 1048576, 3]);
  assert.deepEqual([line, isInstalled], ['a=b', true]);
  assert.equal(parseServiceStatus('MemoryCurrent=18446744073709551615').memoryBytes, undefined);
});
