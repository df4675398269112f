import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { until } from '../helpers/processes.js';
import { bootSystem, type BootedSystem } from './booted.js';

const unit = 'pi-camera-streamer.service';
const config = '/etc/my cameras/config.toml';
const configText = `[camera1]
device = "test"
[camera2]
device = "file:/nonexistent.y4m"
[server]
control_access = "open"
[mjpeg-rtp.camera1]
dest_host = "127.0.0.1"
[mjpeg-rtp.camera2]
dest_host = "127.0.0.1"
`;

for (const root of ['debian12-systemd', 'debian13-systemd'] as const) {
  describe(`the service in ${root}`, () => {
    let system: BootedSystem;
    const streamer = (...args: string[]): Promise<string> =>
      system.run('node', '/srv/pi-camera-streamer/dist/cli/main.js', ...args);
    const property = (name: string): Promise<string> =>
      system.run('systemctl', 'show', '--value', '--property', name, unit);
    const shell = (text: string): Promise<string> => system.run('sh', '-ec', text);
    const mainPid = (): Promise<string> => property('MainPID');
    /** Waits until another process than this is ready. Returns how long that took, in milliseconds. */
    const isBack = async (oldPid: string): Promise<number> => {
      const beginMs = performance.now();
      await until('the service to be back', async () => {
        const pid = await mainPid();
        return pid !== oldPid && pid !== '0' && (await property('ActiveState')) === 'active';
      });
      return performance.now() - beginMs;
    };

    before(async () => {
      system = await bootSystem(root);
      await shell(`mkdir "/etc/my cameras"; cat > "${config}" << 'END'\n${configText}END`);
      await streamer('service', 'install', '-config', config, '-mode', 'mjpeg-rtp');
    });
    after(() => system.close());

    it('is ready when install comes back, though one of its cameras is not there', async () => {
      assert.equal(await property('ActiveState'), 'active');
      assert.equal(await property('User'), 'pi-camera-streamer');
      assert.equal(await property('UnitFileState'), 'enabled');
    });

    it('says how its cameras are', async () => {
      const line = /camera1 streaming \d\d\.\d fps to 127\.0\.0\.1:5000 · camera2 failed: ERR_FILE_NOT_FOUND/;
      await until('the status line', async () => line.test(await property('StatusText')));
      const status = await streamer('service', 'status');
      assert.match(status, /^state {5}active \(running\)$/m);
      assert.match(status, line);
      assert.match(status, new RegExp(`^main pid  ${await mainPid()}$`, 'm'));
      assert.match(status, /^memory .* of 393 MiB$/m);
    });

    it('keeps the niceness and slices of its threads, without any right of root', async () => {
      const process = `/proc/${await mainPid()}`;
      const nice = await shell(`cat ${process}/task/*/stat | cut -d ' ' -f 19 | sort | uniq`);
      assert.deepEqual(nice.split('\n'), ['0', '5']);
      assert.match(await shell(`grep CapEff ${process}/status`), /CapEff:\t0{16}$/);
      const slices = await shell(`grep -h slice ${process}/task/*/sched || echo none`);
      if (slices !== 'none') assert.match(slices, /: +100000$/m);
    });

    it('saves its configuration once it may write there, and nothing else', async () => {
      await shell('chown -R pi-camera-streamer "/etc/my cameras"');
      const change = `const url = 'http://127.0.0.1:8080/api/';
        const send = (method, path, body) => fetch(url + path, { method, headers: { 'content-type': 'application/json' }, body });
        const changed = await send('PATCH', 'cameras/camera1/settings', '{"quality":42}');
        const saved = await send('POST', 'config/save', '{}');
        console.log(changed.status, saved.status, await saved.text());`;
      const said = await system.run('node', '--input-type=module', '-e', change);
      assert.match(said, /^200 200 /);
      assert.match(await shell(`cat "${config}"`), /quality = 42/);
      const inside = (text: string) =>
        system.outcome('nsenter', '--target', pid, '--mount', 'sh', '-c', text);
      const pid = await mainPid();
      assert.match((await inside('touch /etc/x')).output, /Read-only/);
      assert.equal((await inside('ls /home /root')).output.includes('pi'), false);
    });

    it('accepts a reload, and runs on after it', async () => {
      const pid = await mainPid();
      await system.run('systemctl', 'reload', unit);
      await until('the service after a reload', async () => (await property('ActiveState')) === 'active');
      await new Promise((resolve) => setTimeout(resolve, 1000));
      assert.equal(await mainPid(), pid);
    });

    it('is back within ten seconds after kill -9, with the variables of /etc/default', async () => {
      const pid = await mainPid();
      await shell('echo "LIBCAMERA_LOG_LEVELS=*:INFO" > /etc/default/pi-camera-streamer');
      await system.run('kill', '-9', pid);
      assert.ok((await isBack(pid)) < 10_000);
      assert.match(await streamer('service', 'status'), /^restarts {2}[1-9]/m);
      assert.match(await shell(`cat /proc/${await mainPid()}/environ`), /LIBCAMERA_LOG_LEVELS=\*:INFO/);
    });

    it('is restarted by the watchdog when it hangs', async () => {
      await shell(`mkdir -p /etc/systemd/system/${unit}.d; cd /etc/systemd/system/${unit}.d
        printf '[Service]\\nWatchdogSec=2\\n' > watchdog.conf; systemctl daemon-reload; systemctl restart ${unit}`);
      const pid = await mainPid();
      await new Promise((resolve) => setTimeout(resolve, 3000));
      assert.equal(await mainPid(), pid, 'it is not restarted while it is well');
      await system.run('kill', '-STOP', pid);
      const ms = await isBack(pid);
      assert.ok(ms > 1000 && ms < 10_000, String(ms));
      assert.match(await system.run('journalctl', '-u', unit, '--no-pager'), /Watchdog timeout/);
    });

    it('is not interrupted by another install, and stops in time', async () => {
      const pid = await mainPid();
      await streamer('service', 'install', '-config', config, '-mode', 'mjpeg-rtp');
      assert.equal(await mainPid(), pid);
      const beginMs = performance.now();
      await system.run('systemctl', 'stop', unit);
      assert.ok(performance.now() - beginMs < 5000);
      assert.notEqual(await property('Result'), 'timeout');
    });

    it("runs by the Go system's own unit, with the launcher in its program's place", async () => {
      const folder = '/home/pi/pi-camera-streamer';
      await shell(`mkdir -p ${folder}/node_modules; cp "${config}" ${folder}/config.toml
        cp /srv/pi-camera-streamer/deploy/pi-camera-streamer ${folder}
        ln -s /srv/pi-camera-streamer ${folder}/node_modules/pi-camera-streamer
        chown -R pi ${folder}; cat > /etc/systemd/system/go.service << 'END'
[Unit]
After=network.target
[Service]
Type=simple
User=pi
WorkingDirectory=${folder}
ExecStart=${folder}/pi-camera-streamer -config ${folder}/config.toml -mode mjpeg-rtp
Restart=always
RestartSec=5
[Install]
WantedBy=multi-user.target
END
        systemctl daemon-reload; systemctl start go.service`);
      const show = (name: string) =>
        system.run('systemctl', 'show', '--value', '--property', name, 'go.service');
      await until('the stream', async () =>
        (await system.run('journalctl', '-u', 'go.service', '--no-pager')).includes('streams to'),
      );
      assert.match(await shell(`cat /proc/${await show('MainPID')}/comm`), /^node/);
      await system.run('systemctl', 'stop', 'go.service');
      assert.match(await system.run('journalctl', '-u', 'go.service', '--no-pager'), /statistics/);
    });

    it('leaves nothing behind but what others have made', async () => {
      await streamer('service', 'uninstall');
      assert.equal((await system.outcome('id', 'pi-camera-streamer')).code, 1);
      assert.equal(
        await shell(`cd /etc/systemd/system; echo ${unit}*; ls ${unit}.d`),
        `${unit}.d\nwatchdog.conf`,
      );
      assert.match(
        (await system.outcome('systemctl', 'status', unit)).output,
        /could not be found|not-found/,
      );
    });
  });
}
