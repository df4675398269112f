import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, it } from 'node:test';
import type { InstallReport } from '../../../lib/app/service/index.js';
import { cli } from '../../helpers/cli.js';
import { command } from '../../helpers/debian13.js';
import { start } from '../../helpers/processes.js';

const unit = 'etc/systemd/system/pi-camera-streamer.service';
const dropIns = `${unit}.d`;
const wanted = 'etc/systemd/system/multi-user.target.wants/pi-camera-streamer.service';
const passwd = 'root:x:0:0:root:/root:/bin/sh\npi:x:1000:1000::/home/pi:/bin/sh\n';

let root: string;
const at = (file: string): string => path.join(root, file);

/** Every file of the system in the folder, with what is in it. */
function contents(): Record<string, string> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    names.map((name) => [name, lstatSync(at(name)).isFile() ? readFileSync(at(name), 'utf8') : '']),
  );
}

async function service(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli(['service', ...args, '--root', root]);
  assert.equal(code, 0, stderr);
  return stdout;
}

/** The code that it fails with. */
async function refusal(...args: readonly string[]): Promise<string> {
  const { code, stderr } = await cli(['service', ...args]);
  assert.notEqual(code, 0);
  return stderr;
}

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'pcs-root-'));
  mkdirSync(at('etc/systemd/system'), { recursive: true });
  mkdirSync(at('var/lib'), { recursive: true });
  writeFileSync(at('etc/passwd'), passwd);
  writeFileSync(at('etc/group'), 'root:x:0:\nvideo:x:44:\nrender:x:105:\n');
  for (const name of ['shadow', 'gshadow']) writeFileSync(at(`etc/${name}`), '');
});

describe('service install', () => {
  it('shows with --dry-run all that it would do, and does nothing', async () => {
    const before = contents();
    const text = await service('install', '--dry-run', '-mode', 'both');
    assert.deepEqual(contents(), before);
    assert.match(text, /^ExecStart=\S+node \S+dist\/cli\/main\.js -mode both$/m);
    assert.match(text, /^MemoryMax=\d+M$/m);
    assert.match(text, /^\$ systemctl --root=\S+ enable pi-camera-streamer\.service$/m);
    const { files, commands } = JSON.parse(await service('install', '--dry-run', '--json')) as InstallReport;
    assert.ok(files.every(({ change, content }) => change === 'new' && content.length > 0));
    assert.deepEqual(
      commands.map(([name]) => name),
      ['systemd-sysusers', 'systemctl'],
    );
  });

  it('makes unit, drop-in and user, and enables the unit', async () => {
    await service('install');
    assert.ok(statSync(at(unit)).mode & 0o004);
    assert.match(
      readFileSync(at(unit), 'utf8'),
      /^User=pi-camera-streamer\nSupplementaryGroups=video render$/m,
    );
    assert.deepEqual(readdirSync(at(dropIns)), ['50-machine.conf']);
    assert.match(
      readFileSync(at('etc/passwd'), 'utf8'),
      /^pi-camera-streamer:.*:\/nonexistent:\/usr\/sbin\/nologin$/m,
    );
    assert.match(readFileSync(at('etc/group'), 'utf8'), /^video:x:44:pi-camera-streamer$/m);
    assert.ok(readdirSync(path.dirname(at(wanted))).includes('pi-camera-streamer.service'));
  });

  it('changes nothing when all is as it should be, and leaves the drop-ins of others alone', async () => {
    await service('install');
    writeFileSync(at(`${dropIns}/mine.conf`), '[Service]\nNice=1\n');
    const before = contents();
    const report = JSON.parse(await service('install', '--json')) as InstallReport;
    assert.deepEqual(contents(), before);
    assert.ok(report.files.every(({ change }) => change === 'unchanged'));
  });

  it('takes a user that there is, and goes back to none of its own', async () => {
    await service('install');
    await service('install', '--user', 'pi');
    assert.match(readFileSync(at(unit), 'utf8'), /^User=pi$/m);
    assert.ok(!existsSync(at('etc/sysusers.d/pi-camera-streamer.conf')));
    assert.match(
      await refusal('install', '--root', root, '--user', 'nobody-knows'),
      /^ERR_USAGE: .*no such user/,
    );
  });

  it('takes no user that systemd would ignore, or that is an option of a command', async () => {
    const before = contents();
    for (const user of [
      '',
      'pi:x',
      'pi:x:1000',
      '+1000',
      '--help',
      '-u',
      'pi ',
      '%u',
      'pi\\',
      'pi\nNice=1',
      'pi\rx',
    ])
      assert.match(
        await refusal('install', '--root', root, `--user=${user}`),
        /^ERR_USAGE: --user is "[^\n\r]*", and there is no such user/,
        JSON.stringify(user),
      );
    assert.match(await refusal('install', '--dry-run', '--user=--help'), /no such user/);
    assert.deepEqual(contents(), before);
  });

  it('refuses a configuration whose path would be a line of its own in the unit', async () => {
    const before = contents();
    const folder = at('etc/x\nExecStartPre=');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'config.toml'), '');
    const args = ['install', '--root', root, '--dry-run', '-config', path.join(folder, 'config.toml')];
    assert.match(
      await refusal(...args),
      /^ERR_SERVICE: the path ".*\\nExecStartPre=.*" has a control character/,
    );
    rmSync(folder, { recursive: true });
    assert.deepEqual(contents(), before);
  });

  it('does not touch a unit of the same name that somebody else has made', async () => {
    writeFileSync(at(unit), '[Service]\nExecStart=/home/pi/pi-camera-streamer/pi-camera-streamer\n');
    const before = contents();
    assert.match(await refusal('install', '--root', root), /^ERR_SERVICE: .*\.service\.old/);
    await service('uninstall');
    assert.deepEqual(contents(), before);
  });

  it('refuses a configuration that is wrong', async () => {
    const config = at('config.toml');
    writeFileSync(config, '[camera1]\nwidht = 1');
    const before = contents();
    assert.match(await refusal('install', '--root', root, '-config', config), /^ERR_CONFIG_UNKNOWN_KEY/);
    assert.deepEqual(contents(), before);
  });

  it('says what to do to those who are not root', async () => {
    const process_ = start(process.execPath, [command, 'service', 'install'], {
      uid: 65534,
      gid: 65534,
      cwd: '/',
    });
    assert.equal(await process_.exited, 1);
    assert.match(process_.stderr(), /^ERR_SERVICE: needs root: sudo \/\S+node \S+main\.js service install/);
  });
});

describe('service uninstall', () => {
  it('removes what install has made, and nothing else', async () => {
    const before = contents();
    await service('install');
    await service('install');
    writeFileSync(at('var/lib/mine'), '');
    await service('uninstall', '--dry-run');
    assert.ok(existsSync(at(unit)));
    const shown = await service('uninstall');
    assert.match(shown, /removed {2}\/etc\/systemd\/system\/pi-camera-streamer\.service$/m);
    const { 'var/lib/mine': mine, ...after } = contents();
    assert.equal(mine, '');
    // What the system's own tools leave behind: backups, locks, and the folder of links.
    const isOurs = ([name]: [string, string]): boolean =>
      !/\.wants|passwd-|shadow|group|\.lock|subuid|subgid/.test(name);
    const ours = (all: Record<string, string>) => Object.fromEntries(Object.entries(all).filter(isOurs));
    assert.deepEqual(ours(after), ours(before));
    assert.equal(await service('uninstall'), 'The service is not installed: nothing to remove.\n');
  });

  it("keeps a user's own drop-ins, and a user that was there before", async () => {
    await service('install', '--user', 'pi');
    writeFileSync(at(`${dropIns}/mine.conf`), '[Service]\nNice=1\n');
    await service('uninstall');
    assert.deepEqual(readdirSync(at(dropIns)), ['mine.conf']);
    assert.equal(readFileSync(at('etc/passwd'), 'utf8'), passwd);
    const own = `${passwd}pi-camera-streamer:x:998:998::/nonexistent:/usr/sbin/nologin\n`;
    writeFileSync(at('etc/passwd'), own);
    await service('install');
    await service('uninstall');
    assert.equal(readFileSync(at('etc/passwd'), 'utf8'), own);
  });
});
