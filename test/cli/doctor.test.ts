// What the command says of this machine, of broken installations, and of configurations that can't run here.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { findingIds, type Finding } from '../../lib/app/index.js';
import { packageVersion } from '../../lib/native/package-folder.js';
import { cli, type CliResult } from '../helpers/cli.js';
import { command, writeConfig } from '../helpers/debian13.js';
import { installedParts, PackageCopy, realCore } from '../helpers/package-copy.js';
import { freeRtpPort, isListening } from '../helpers/ports.js';
import { start, until } from '../helpers/processes.js';

const folder = mkdtempSync(path.join(tmpdir(), 'pcs-doctor-'));

after(() => {
  rmSync(folder, { recursive: true });
});

interface Report {
  readonly version: string;
  readonly canStream: boolean;
  readonly findings: readonly Finding[];
}

async function doctor(...args: readonly string[]): Promise<Report & { code: number }> {
  const { code, stdout, stderr } = await cli(['doctor', '--json', ...args], folder);
  assert.equal(stderr, '');
  return { ...(JSON.parse(stdout) as Report), code };
}

function find({ findings }: Report, id: string): Finding {
  const finding = findings.find((each) => each.id === id);
  assert.ok(finding, id);
  return finding;
}

// Without the web server, whose port somebody else may have.
const stream = (device: string, keys = ''): string =>
  writeConfig(
    `[server]\nenabled = false\n[camera1]\ndevice = "${device}"\n[mjpeg-rtp.camera1]\ndest_host = "127.0.0.1"\n${keys}\n`,
  );

test('--json: this machine, without a configuration, can stream', async () => {
  const report = await doctor();
  assert.equal(report.code, 0);
  assert.deepEqual(Object.keys(report), ['version', 'canStream', 'findings', 'code']);
  assert.equal(report.version, packageVersion());
  assert.equal(report.canStream, true);
  const known: readonly string[] = findingIds;
  const ids = report.findings.map(({ id }) => id);
  const inOrder = known.filter((id) => id !== 'sources' && id !== 'destinations');
  assert.deepEqual(ids, inOrder, 'there is nothing to say of what is not streamed');
  for (const { status, title, details, remedy } of report.findings) {
    assert.ok(['ok', 'note', 'warning', 'failure'].includes(status));
    for (const text of [title, ...details, remedy ?? '']) assert.ok(!text.includes('\n'), text);
  }
  assert.equal(find(report, 'core-addon').status, 'ok');
  assert.match(find(report, 'core-addon').title, /core\.node$/);
  assert.equal(find(report, 'configuration').status, 'note');
});

test('for people: aligned lines without colour, and the verdict last', async () => {
  const { code, stdout, stderr } = await cli(['doctor', '--config', stream('test')], folder);
  assert.equal(code, 0, stdout);
  assert.equal(stderr, '');
  assert.ok(!stdout.includes('\x1b'));
  const lines = stdout.trimEnd().split('\n');
  for (const line of lines.slice(0, -2))
    assert.match(line, /^(?:ok {5}|note {3}|warning|failure| {7}) {2}[a-z -]{13} {2}\S/);
  assert.match(lines.at(-1) ?? '', /^(Ready to stream\.|Streaming can run\. First: [a-z-]+: .+)$/);
});

test('colour only on a terminal, and not with NO_COLOR', async () => {
  const onTerminal = async (...variables: readonly string[]): Promise<string> => {
    const run = `exec ${process.execPath} ${command} doctor`;
    // Nothing inherited: CI, FORCE_COLOR and their like decide about colour too.
    const environment = ['env', '-i', 'PATH="$PATH"', 'TERM=xterm', ...variables];
    const terminal = start('script', ['-qec', [...environment, `sh -c '${run}'`].join(' '), '/dev/null']);
    await terminal.exited;
    return terminal.stdout();
  };
  assert.match(await onTerminal(), /\x1b\[32mok {5}\x1b\[0m/);
  assert.ok(!(await onTerminal('NO_COLOR=1')).includes('\x1b'));
});

test('a broken core addon is a failure with its remedy, or a note where another one serves', async (context) => {
  const copy = new PackageCopy(context, installedParts());
  const run = async (...args: readonly string[]): Promise<CliResult> => {
    const process_ = copy.start(args);
    return { code: await process_.exited, stdout: process_.stdout(), stderr: process_.stderr() };
  };
  const addon = copy.put(realCore, copy.local);
  truncateSync(addon, 5000);
  const broken = await run('doctor');
  assert.equal(broken.code, 1);
  assert.match(broken.stdout, /^failure {2}core-addon /m);
  assert.ok(broken.stdout.includes(`${addon}: was cut short\n`), broken.stdout);
  assert.match(
    broken.stdout,
    /\nStreaming cannot run\. First: core-addon: npx pi-camera-streamer build-addon --all\n$/,
  );
  const receiver = ['receive', `rtp://127.0.0.1:${String(await freeRtpPort())}`, '--timeout', '0.2'];
  assert.match((await run(...receiver)).stderr, /ERR_NO_FRAME/, 'receiving needs no addon');
  const prebuilt = copy.put(realCore, copy.prebuilt);
  const mended = await run('doctor');
  assert.equal(mended.code, 0);
  assert.match(mended.stdout, /^note {5}core-addon /m);
  for (const text of [`core-addon     ${prebuilt}\n`, `${addon}: was cut short\n`]) {
    assert.ok(mended.stdout.includes(text), mended.stdout);
  }
});

test('a configuration with an error, and one that is not there', async () => {
  const wrong = await doctor('--config', writeConfig('[camera1]\nwidht = 640\n'));
  assert.deepEqual([wrong.code, wrong.canStream], [1, false]);
  assert.match(find(wrong, 'configuration').title, /^ERR_CONFIG_UNKNOWN_KEY: .*config\.toml:2: .*width/);
  const absent = await doctor('--config', 'nowhere.toml');
  assert.equal(absent.code, 1);
  assert.match(find(absent, 'configuration').title, /^ERR_CONFIG_NOT_FOUND: nowhere\.toml/);
});

test('a camera that the configuration asks for and that is not here', async () => {
  const report = await doctor('--config', stream('no-such-camera'));
  assert.equal(report.code, 1);
  const { status, details, remedy } = find(report, 'sources');
  assert.equal(status, 'failure');
  assert.match(details.join('\n'), /^camera1: (no camera with id no-such-camera|cameras cannot be listed)/);
  assert.match(remedy ?? '', /pi-camera-streamer cameras/);
});

test('a port that another program has, and one that a running streamer has', async (context) => {
  const port = await freeRtpPort();
  const config = stream('test', `dest_port = ${String(await freeRtpPort())}\nlocal_port = ${String(port)}`);
  const installed = path.join(folder, 'pi-camera-streamer');
  symlinkSync(command, installed);
  for (const [script, code] of [
    [command, 1],
    [installed, 0],
  ] as const) {
    const args = ['--config', config, '--mode', 'mjpeg-rtp'];
    const streamer = start(process.execPath, [script, ...args], { cwd: folder });
    context.after(() => streamer.child.kill('SIGKILL'));
    await until('the streamer', () => isListening(port));
    const report = await doctor('--config', config);
    const { status, details } = find(report, 'ports');
    const owner = `in use by process ${String(streamer.child.pid)}: `;
    assert.ok(details.some((line) => line.startsWith(`udp ${String(port)} (RTP of camera1): ${owner}`)));
    assert.deepEqual([report.code, status], [code, code === 1 ? 'failure' : 'note'], details.join('\n'));
    streamer.child.kill('SIGINT');
    await streamer.exited;
  }
});

test('the process that has a port is named, also by a kernel without IPv6', async (context) => {
  const port = await freeRtpPort();
  const other = createSocket('udp4').bind(port);
  await once(other, 'listening');
  context.after(() => other.close());
  const withoutIPv6 = `
    import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
    const { readFileSync } = fs;
    fs.readFileSync = (file, ...rest) => readFileSync(/^.proc.net.*6$/.test(file) ? '/nonexistent' : file, ...rest);
    syncBuiltinESMExports();`;
  const preload = `data:text/javascript,${encodeURIComponent(withoutIPv6)}`;
  const args = ['--import', preload, command, 'doctor', '--json', '--config'];
  const process_ = start(process.execPath, [...args, stream('test', `local_port = ${String(port)}`)]);
  assert.equal(await process_.exited, 1, process_.stderr());
  const { status, details } = find(JSON.parse(process_.stdout()) as Report, 'ports');
  assert.equal(status, 'failure');
  assert.ok(details.join('\n').includes(`in use by process ${String(process.pid)}: `), details.join('\n'));
});

test('devices of cameras that this user may not open', async () => {
  // As root without its right to open everything, and with somebody else's devices.
  const devices = path.join(folder, 'dev');
  const script = `
    mkdir "$1" && cp -a /dev/null /dev/urandom "$1"
    mknod -m 600 "$1/media0" c 240 0 && mknod -m 600 "$1/video0" c 240 1 && chown 65534 "$1"/*0
    mount --bind "$1" /dev && shift
    exec setpriv --bounding-set=-dac_override,-dac_read_search "$@"`;
  const args = [process.execPath, command, 'doctor', '--json', '--config', stream('auto')];
  const denied = start('unshare', ['--mount', 'sh', '-c', script, 'sh', devices, ...args]);
  assert.equal(await denied.exited, 1, denied.stderr());
  const { status, title, details, remedy } = find(JSON.parse(denied.stdout()) as Report, 'permissions');
  assert.equal(status, 'failure');
  assert.match(title, / may not open 2 of 2 devices/);
  assert.deepEqual(details, ['/dev/media0 /dev/video0']);
  assert.match(remedy ?? '', /video/);
});

test('without any network there is no route, which is a warning', async () => {
  const args = ['--net', process.execPath, command, 'doctor', '--json', '--config', stream('test')];
  const isolated = start('unshare', args);
  assert.equal(await isolated.exited, 0, isolated.stderr());
  const report = JSON.parse(isolated.stdout()) as Report;
  assert.ok(report.findings.every(({ title }) => !title.includes('could not be looked at')));
  const { status, details } = find(report, 'destinations');
  assert.deepEqual([status, details], ['warning', ['camera1 to 127.0.0.1:5000: no route to 127.0.0.1']]);
});

test('on another system it says what works there', async () => {
  const pretend = "data:text/javascript,Object.defineProperty(process,'platform',{value:'darwin'})";
  const other = start(process.execPath, ['--import', pretend, command, 'doctor'], { cwd: folder });
  assert.equal(await other.exited, 1);
  assert.match(other.stdout(), /^failure {2}platform .*Linux only\n.*receive.*\n.*-> stream from/);
  assert.match(other.stdout(), /\nStreaming cannot run\. First: platform: /);
});

test('config.toml in the working directory is looked at, also when it streams nothing', async () => {
  const file = path.join(folder, 'config.toml');
  writeFileSync(file, '[camera1]\ndevice = "test"\n');
  const report = await doctor();
  assert.equal(report.code, 0);
  assert.match(find(report, 'configuration').title, /^config\.toml is good, but streams no camera/);
  rmSync(file);
});
