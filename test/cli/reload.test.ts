// SIGHUP: what the file says now holds, and cameras of which nothing has changed do not notice.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openReceiver } from '../../lib/index.js';
import { command } from '../helpers/debian13.js';
import { freeRtpPort } from '../helpers/ports.js';
import { start, until, type RunningProcess } from '../helpers/processes.js';
import { temporaryFolder } from '../helpers/streamer.js';

/** Hears one camera: how big its frames are, how far apart, and whether packets are missing. */
class Listener {
  frames = 0;
  lastBytes = 0;
  lastWidth = 0;
  sources = 0;
  longestStepMs = 0;
  readonly port: number;
  #lastTimestamp: number | undefined;
  #packetsLost: () => number = () => 0;

  private constructor(port: number) {
    this.port = port;
  }

  static async open(context: TestContext): Promise<Listener> {
    const listener = new Listener(await freeRtpPort());
    const receiver = await openReceiver({ address: '127.0.0.1', port: listener.port });
    context.after(() => receiver.close());
    listener.#packetsLost = () => receiver.statistics().packetsLost;
    receiver.on('source', () => {
      listener.sources += 1;
      listener.#lastTimestamp = undefined;
    });
    receiver.on('frame', ({ rtpTimestamp, data, width }) => {
      listener.frames += 1;
      listener.lastBytes = data.length;
      listener.lastWidth = width;
      const step = (rtpTimestamp - (listener.#lastTimestamp ?? rtpTimestamp)) | 0;
      listener.longestStepMs = Math.max(listener.longestStepMs, step / 90);
      listener.#lastTimestamp = rtpTimestamp;
    });
    return listener;
  }

  get packetsLost(): number {
    return this.#packetsLost();
  }

  async moreFrames(count = 20): Promise<void> {
    const before = this.frames;
    await until('frames', () => this.frames >= before + count);
  }
}

interface Setup {
  readonly file: string;
  readonly streamer: RunningProcess;
  readonly first: Listener;
  readonly second: Listener;
  readonly further: Listener;
  /** Replaces text in the file, tells the streamer, and waits until it has said `expected`. */
  readonly edit: (from: string | RegExp, to: string, expected: RegExp) => Promise<void>;
}

async function startTwo(context: TestContext): Promise<Setup> {
  const file = path.join(temporaryFolder(context), 'config.toml');
  const [first, second, further] = await Promise.all([
    Listener.open(context),
    Listener.open(context),
    Listener.open(context),
  ]);
  const section = (name: string, port: number): string =>
    `[${name}]\ndevice = "test"\nwidth = 320\nheight = 240\n[mjpeg-rtp.${name}]\ndest_host = "127.0.0.1"\ndest_port = ${String(port)}\nquality = 85\n`;
  const server = '[server]\nweb_port = 0\nbind_ip = "127.0.0.1"\n';
  writeFileSync(file, server + section('camera1', first.port) + section('camera2', second.port));
  const streamer = start(process.execPath, [command, '-config', file, '-mode', 'mjpeg-rtp']);
  context.after(async () => {
    streamer.child.kill('SIGTERM');
    await streamer.exited;
  });
  await Promise.all([first.moreFrames(), second.moreFrames()]);
  const edit: Setup['edit'] = async (from, to, expected) => {
    const text = readFileSync(file, 'utf8');
    const edited = text.replace(from, to);
    assert.notEqual(edited, text);
    writeFileSync(file, edited);
    const before = streamer.stderr().length;
    streamer.child.kill('SIGHUP');
    await until(String(expected), () => expected.test(streamer.stderr().slice(before)));
  };
  return { file, streamer, first, second, further, edit };
}

/** The test pattern comes every 33 ms; a machine that is busy may drop some, a restart takes longer. */
const longestStepMs = 150;

function assertUndisturbed(listener: Listener): void {
  assert.equal(listener.sources, 1, 'the same stream');
  assert.equal(listener.packetsLost, 0);
  assert.ok(listener.longestStepMs < longestStepMs, `a gap of ${listener.longestStepMs.toFixed(0)} ms`);
}

test('a quality that has changed holds for its camera, and neither of the two has a gap', async (context) => {
  const { first, second, edit } = await startTwo(context);
  const [before, others] = [first.lastBytes, second.lastBytes];
  await edit(
    'quality = 85',
    'quality = 20',
    /reloaded: camera1 changed: mjpeg-rtp\.camera1\.quality = 20; camera2 as before/,
  );
  await Promise.all([first.moreFrames(), second.moreFrames()]);
  assert.ok(first.lastBytes < before * 0.7, `${String(first.lastBytes)} of ${String(before)} bytes`);
  assert.ok(second.lastBytes > others * 0.9);
  assertUndisturbed(first);
  assertUndisturbed(second);
});

test('a camera whose size has changed is started anew, and the other one does not notice', async (context) => {
  const { first, second, edit } = await startTwo(context);
  await edit('width = 320', 'width = 160', /reloaded: camera1 started anew; camera2 as before/);
  await Promise.all([first.moreFrames(), second.moreFrames()]);
  assert.equal(first.lastWidth, 160);
  assertUndisturbed(second);
});

test('a camera that somebody has stopped stays so, whatever has changed', async (context) => {
  const { streamer, first, second, edit } = await startTwo(context);
  const url = /"url":"([^"]+)"/.exec(streamer.stderr())?.[1] ?? '';
  const post = async (action: string): Promise<number> =>
    (await fetch(`${url}api/cameras/camera1/${action}`, { method: 'POST' })).status;
  assert.equal(await post('stop'), 200);
  await edit('width = 320', 'width = 160', /reloaded: camera1 stays stopped; camera2 as before/);
  assert.equal(await post('start'), 200);
  await first.moreFrames();
  assert.equal(first.lastWidth, 160);
  assertUndisturbed(second);
});

test('destinations come and go, and those that stay have no gap', async (context) => {
  const { first, second, further, edit } = await startTwo(context);
  const list = `destinations = ["127.0.0.1:${String(further.port)}"]\n[camera2]`;
  await edit('[camera2]', list, /reloaded: camera1 changed/);
  await further.moreFrames();
  await edit(/destinations = .*\n/, '', /reloaded: camera1 changed/);
  await sleep(100);
  const { frames } = further;
  await Promise.all([first.moreFrames(), second.moreFrames()]);
  assert.equal(further.frames, frames);
  assertUndisturbed(first);
  assertUndisturbed(second);
});

test('a file that is wrong changes nothing and is reported by line and key', async (context) => {
  const { streamer, first, second, edit } = await startTwo(context);
  await edit('quality = 85', 'qualty = 85', /"code":"ERR_CONFIG_UNKNOWN_KEY".*config\.toml:\d+.*qualty/);
  await edit('qualty = 85', 'quality = ', /"code":"ERR_CONFIG_SYNTAX"/);
  await Promise.all([first.moreFrames(), second.moreFrames()]);
  assertUndisturbed(first);
  assertUndisturbed(second);
  assert.equal(streamer.child.exitCode, null);
  await edit('quality = ', 'quality = 84', /reloaded: camera1 changed/);
});

test('a pipe in place of the file is reported, and nothing waits for its writer', async (context) => {
  const { file, streamer, first, second } = await startTwo(context);
  rmSync(file);
  execFileSync('mkfifo', [file]);
  streamer.child.kill('SIGHUP');
  await until('the report', () => /"code":"ERR_CONFIG_NOT_FOUND".*it is a pipe/.test(streamer.stderr()));
  await Promise.all([first.moreFrames(), second.moreFrames()]);
  assertUndisturbed(first);
});

test('what is read at the start only is named, and the rest holds', async (context) => {
  const { streamer, first, edit } = await startTwo(context);
  const more =
    'max_previews = 3\n[camera3]\ndevice = "test"\n[mjpeg-rtp.camera3]\ndest_port = 9\nenabled = true\n[camera1]';
  await edit('[camera1]', more, /reloaded: camera1 as before; camera2 as before/);
  assert.match(streamer.stderr(), /takes effect at the next start: which cameras are streamed, \[server\]"/);
  await first.moreFrames();
});

test('a hangup that comes while it starts is kept until it has started', async (context) => {
  const listener = await Listener.open(context);
  const file = path.join(temporaryFolder(context), 'config.toml');
  const rtp = `[mjpeg-rtp.camera1]\ndest_host = "127.0.0.1"\ndest_port = ${String(listener.port)}\n`;
  writeFileSync(file, `[server]\nenabled = false\n[camera1]\ndevice = "test"\n${rtp}`);
  const streamer = start(process.execPath, [command, '-config', file, '-mode', 'mjpeg-rtp']);
  context.after(() => streamer.child.kill('SIGKILL'));
  const status = `/proc/${String(streamer.child.pid)}/status`;
  // The lowest bit is the first signal's.
  await until('its handler', () => /^SigCgt:.*[13579bdf]$/m.test(readFileSync(status, 'utf8')));
  streamer.child.kill('SIGHUP');
  assert.equal(streamer.stderr(), '', 'it has said nothing yet');
  await until('the reload', () => streamer.stderr().includes('reloaded: camera1 as before'));
  await listener.moreFrames();
  streamer.child.kill('SIGINT');
  assert.equal(await streamer.exited, 0, streamer.stderr());
});
