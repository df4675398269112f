// deploy/deploy, to a system that systemd has booted, by a real ssh server.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it, test } from 'node:test';
import { projectRoot } from '../helpers/debian13.js';
import { patience, runToEnd, until } from '../helpers/processes.js';
import { makeTarballs, type Tarballs } from './tarballs.js';
import { bootTarget, type Target } from './target.js';

const unit = 'pi-camera-streamer.service';
const config = '/etc/pi-camera-streamer/config.toml';

/** Within it what fails has not begun, and what worked before works again. */
const timeoutSeconds = String(10 * patience);

const configText = ({ quality = 85, webPort = 8080 } = {}): string => `[camera1]
device = "test"
[server]
web_port = ${String(webPort)}
[mjpeg-rtp.camera1]
dest_host = "127.0.0.1"
quality = ${String(quality)}
`;

test('shellcheck finds nothing in the scripts', async () => {
  const scripts = ['deploy', 'on-target'].map((name) => path.join(projectRoot, 'deploy', name));
  await runToEnd('sh', ['-c', 'shellcheck "$@" >&2', 'sh', ...scripts]);
});

describe('deploy', () => {
  const workspace = mkdtempSync(path.join(tmpdir(), 'pcs-deploy-'));
  let tarballs: Tarballs;
  let target: Target;
  const shell = (text: string): Promise<string> => target.system.run('sh', '-ec', text);
  const mainPid = (): Promise<string> => shell(`systemctl show --value --property=MainPID ${unit}`);
  const current = (): Promise<string> => shell('basename $(readlink /opt/pi-camera-streamer/current)');
  const releases = async (): Promise<string[]> =>
    (await shell('ls /opt/pi-camera-streamer/releases')).split('\n');
  const health = (webPort = 8080): Promise<string> =>
    target.system.run(
      'node',
      '-e',
      `fetch('http://127.0.0.1:${String(webPort)}/health').then(({ status }) => console.log(status))`,
    );
  /** All that a deployment may change: files with their times, links, what is in /tmp, and whether the service runs. */
  const state = (): Promise<string> =>
    shell(`find /opt /etc/systemd /etc/sysusers.d /etc/pi-camera-streamer /var/lib/pi-camera-streamer \\
        -type d -printf '%p\\n' -o -type l -printf '%p %l\\n' -o -printf '%p %m %u %s %T@\\n' 2> /dev/null | sort
      ls /tmp | grep -v ^systemd-private || true; systemctl is-active ${unit} || true`);
  /** A configuration on the laptop. */
  const configFile = (text: string): string => {
    const file = path.join(mkdtempSync(path.join(workspace, 'config-')), 'my config.toml');
    writeFileSync(file, text);
    return file;
  };
  /** Fails with what it said when it does not succeed. */
  const deploys = async (...args: Parameters<Target['deploy']>): Promise<string> => {
    const { code, output } = await target.deploy(...args);
    assert.equal(code, 0, output);
    return output;
  };
  const fails = async (...args: Parameters<Target['deploy']>): Promise<string> => {
    const { code, output } = await target.deploy(...args);
    assert.equal(code, 1, output);
    return output;
  };

  before(async () => {
    tarballs = await makeTarballs(workspace);
    target = await bootTarget(workspace, tarballs.npmCache);
  });
  after(async () => {
    await target.system.close();
    rmSync(target.system.folder, { recursive: true });
    rmSync(workspace, { recursive: true });
  });

  it('says each step of a dry run, and changes nothing', async () => {
    const before = await state();
    const file = configFile(configText());
    const said = await deploys('pi', '--dry-run', '--tarball', tarballs.good, '--config', file);
    assert.match(said, /installing.*laying.*checking.*switching.*restarting.*healthy.*nothing was changed/s);
    assert.equal(await state(), before);
  });

  it('leaves nothing behind when the first release does not become healthy', async () => {
    const before = await state();
    const args = ['--tarball', tarballs.broken, '--config', configFile(configText()), '--timeout', '6'];
    assert.match(await fails('pi', ...args), /a broken release.*putting back/s);
    assert.equal(await state(), before);
    assert.equal((await target.system.outcome('id', 'pi-camera-streamer')).code, 1);
  });

  it('installs the package and its service, as a user that may use sudo', async () => {
    const args = ['--tarball', tarballs.good, '--config', configFile(configText()), '--mode', 'mjpeg-rtp'];
    assert.match(await deploys('pi', ...args), /healthy: camera1/);
    assert.equal(await shell(`cat ${config}`), configText().trim());
    const link = '/opt/pi-camera-streamer/current/node_modules/pi-camera-streamer/dist/cli/main.js';
    assert.match(
      await shell(`systemctl cat ${unit}`),
      new RegExp(`^ExecStart=\\S+ ${link} .*-mode mjpeg-rtp$`, 'm'),
    );
    assert.equal(await shell(`systemctl is-enabled ${unit}`), 'enabled');
    assert.equal(await health(), '200');
    assert.equal(await shell('ls /tmp | grep ^pi-camera-streamer || true'), '');
  });

  it('updates the package, keeps configuration and mode, and removes what is older than three releases', async () => {
    const old = await current();
    await shell(
      'cd /opt/pi-camera-streamer/releases; mkdir 0.1.0-20200101T000000Z 0.1.1-20210101T000000Z 9.9.9-2.part',
    );
    await deploys('root', '--tarball', tarballs.better);
    assert.match(await current(), /^9\.0\.0-\d{8}T\d{6}Z$/);
    assert.deepEqual(await releases(), ['0.1.1-20210101T000000Z', old, await current()]);
    assert.equal(await shell(`cat ${config}`), configText().trim());
    assert.match(await shell(`systemctl cat ${unit}`), /-mode mjpeg-rtp$/m);
    const files = await shell(`ls -l /proc/${await mainPid()}/fd /proc/${await mainPid()}/map_files`);
    assert.match(files, new RegExp(await current()));
  });

  it('does not touch the service for a configuration that is wrong', async () => {
    const [before, pid] = [await state(), await mainPid()];
    const wrong = configFile(configText({ quality: 1000 }));
    const ways = [['--tarball', tarballs.good], ['--config-only']];
    for (const way of ways) assert.match(await fails('pi', ...way, '--config', wrong), /refused.*quality/s);
    assert.equal(await state(), before);
    assert.equal(await mainPid(), pid);
  });

  it('goes back when a release does not become healthy', async () => {
    const [before, pid] = [await state(), await mainPid()];
    const file = configFile(configText({ quality: 50 }));
    const args = ['--tarball', tarballs.broken, '--config', file, '--timeout', timeoutSeconds];
    assert.match(
      await fails('root', ...args),
      new RegExp(`a broken release.*healthy again.*not healthy after ${timeoutSeconds} s: systemd says`, 's'),
    );
    assert.equal(await state(), before);
    assert.notEqual(await mainPid(), pid);
    assert.equal(await health(), '200');
  });

  it('reloads for a configuration alone, without an interruption', async () => {
    const [pid, release] = [await mainPid(), await current()];
    await shell(`chown pi-camera-streamer ${config}; chmod 640 ${config}`);
    const file = configFile(configText({ quality: 42 }));
    await deploys('pi', '--config-only', '--config', file);
    assert.equal(await mainPid(), pid);
    assert.equal(await current(), release);
    assert.match(await shell(`cat ${config}`), /quality = 42/);
    assert.match(await shell(`cat ${config}.before`), /quality = 85/);
    assert.equal(await shell(`stat -c '%U %a' ${config}`), 'pi-camera-streamer 640');
  });

  it('restarts for a configuration that needs it', async () => {
    const pid = await mainPid();
    const file = configFile(configText({ quality: 42, webPort: 8081 }));
    assert.match(await deploys('pi', '--config-only', '--config', file), /read at the start only/);
    assert.notEqual(await mainPid(), pid);
    assert.equal(await health(8081), '200');
  });

  it('goes back when the service is not healthy with a configuration that is good in itself', async () => {
    const before = await state();
    const taken = configFile(configText({ webPort: 2022 })); // by the ssh server
    const said = await fails('root', '--config-only', '--config', taken, '--timeout', timeoutSeconds);
    assert.match(said, new RegExp(`healthy again.*not healthy after ${timeoutSeconds} s: .*:2022`, 's'));
    assert.equal(await state(), before);
    assert.equal(await health(8081), '200');
  });

  it('goes back though the connection breaks', async () => {
    const before = await state();
    const taken = configFile(configText({ webPort: 2022 }));
    const running = target.start('pi', '--config-only', '--config', taken, '--timeout', timeoutSeconds);
    await until('the restart', () => running.stdout().includes('waiting until'), 60_000 * patience);
    await target.system.run('pkill', '--signal', 'KILL', 'sshd-session');
    assert.notEqual(await running.exited, 0);
    await until('the end of it there', async () => (await state()) === before, 60_000 * patience);
    assert.equal(await health(8081), '200');
  });

  it('says what is wrong when it can not begin', async () => {
    assert.match(await fails('pi', '--tarball', '/nonexistent.tgz'), /nonexistent\.tgz is not there/);
    assert.match(await fails('pi', '--tarball', configFile('')), /not one of npm pack/);
    const closed = ['--ssh-option', 'HostKeyAlias=elsewhere'];
    assert.match(await fails('pi', ...closed, '--tarball', tarballs.good), /ssh can't log in to pi@127/);
    const { code, output } = await target.deploy('pi', '--config-only');
    assert.equal(code, 2);
    assert.match(output, /needs --config FILE.*--dry-run/s);
  });
});
