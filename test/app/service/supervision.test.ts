import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { command, writeConfig } from '../../helpers/debian13.js';
import { start, until, type RunningProcess } from '../../helpers/processes.js';
import { listenForNotifications, type NotifyListener } from './notify-listener.js';

const watchdogMs = 900;

function streamer(socket: string, args: readonly string[]): RunningProcess {
  const preload = path.join(import.meta.dirname, 'block-on-signal.mjs');
  return start(process.execPath, ['--import', preload, command, ...args], {
    env: { ...process.env, NOTIFY_SOCKET: socket, WATCHDOG_USEC: String(watchdogMs * 1000) },
  });
}

/** The longest silence between pings since then, in seconds. */
function longestSilence(listener: NotifyListener, since: number): number {
  const times = listener
    .received()
    .filter(({ time, fields }) => 'WATCHDOG' in fields && time >= since)
    .map(({ time }) => time);
  return Math.max(...times.slice(1).map((time, i) => time - (times[i] ?? 0)));
}

const twoCameras = writeConfig(`
[camera1]
device = "test"
[camera2]
device = "file:/nonexistent.y4m"
[mjpeg-rtp.camera1]
dest_host = "127.0.0.1"
[mjpeg-rtp.camera2]
dest_host = "127.0.0.1"
`);

describe('a service', () => {
  let listener: NotifyListener;
  let process_: RunningProcess;
  before(async () => {
    listener = await listenForNotifications();
    process_ = streamer(listener.socket, ['-config', twoCameras, '-mode', 'mjpeg-rtp', '--web-port', '0']);
  });
  after(async () => {
    process_.child.kill('SIGKILL');
    await listener.close();
  });

  it('is ready though one of its cameras is not there', async () => {
    const { fields } = await listener.has('READY', /^1$/);
    assert.match(fields['STATUS'] ?? '', /^camera1 \w+.* · camera2 \w+/);
  });

  it('says in a line what its cameras do', async () => {
    await listener.has(
      'STATUS',
      /^camera1 streaming (29|30|31)\.\d fps to 127\.0\.0\.1:5000 · camera2 failed: ERR_FILE_NOT_FOUND$/,
    );
  });

  it('pings three times within the time given, whatever becomes of a camera', async () => {
    const since = (await listener.has('STATUS', /camera2 failed/)).time;
    await sleep(1500);
    const silence = longestSilence(listener, since);
    assert.ok(silence < watchdogMs / 2000, String(silence));
  });

  it('does not ping while its event loop is blocked, and does after it', async () => {
    const since = listener.received().at(-1)?.time ?? 0;
    process_.child.kill('SIGUSR2');
    await until('pings after the silence', () => {
      const pings = listener
        .received()
        .filter(({ time, fields }) => 'WATCHDOG' in fields && time > since + 2.5);
      return pings.length > 2;
    });
    const silence = longestSilence(listener, since);
    assert.ok(silence > 2.2 && silence < 3.2, String(silence));
  });

  it('does not ping while an encoder is stuck, and says so', async (context) => {
    const script = path.join(import.meta.dirname, 'stop_thread.py');
    const args = [script, String(process_.child.pid), '5']; // as nice as encoders are
    const stopper = spawn('/usr/bin/python3', args, { stdio: ['pipe', 'pipe', 'inherit'] });
    context.after(() => stopper.kill('SIGKILL'));
    const [thread] = (await once(stopper.stdout, 'data')) as [Buffer];
    assert.match(thread.toString(), /^\d+/);
    const { time } = await listener.has('STATUS', /^the JPEG encoder of camera1 is stuck · camera1/);
    await sleep(2 * watchdogMs);
    const pings = () =>
      listener.received().filter((message) => 'WATCHDOG' in message.fields && message.time > time);
    assert.deepEqual(pings(), []);
    assert.match(process_.stderr(), /the JPEG encoder of camera1 is stuck: systemd hears no more/);
    stopper.stdin.end();
    await until('pings of an encoder that goes on', () => pings().length > 2);
  });

  it('says that it stops, as its last word', async () => {
    process_.child.kill('SIGTERM');
    assert.equal(await process_.exited, 1); // camera2 has failed for good
    const last = await listener.has('STOPPING', /^1$/);
    assert.deepEqual(listener.received().at(-1), last);
  });
});

it('a web port that is taken does not hold up readiness', async (context) => {
  const taken = createServer().listen(0, '0.0.0.0');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const listener = await listenForNotifications();
  const process_ = streamer(listener.socket, [
    ...['-mode', 'mjpeg-rtp', '--source', 'test', '--dest', '127.0.0.1:5000', '--web-port', port],
  ]);
  context.after(async () => {
    process_.child.kill('SIGKILL');
    await listener.close();
    taken.close();
  });
  await listener.has('READY', /^1$/);
  assert.match(process_.stderr(), /no web server/);
  process_.child.kill('SIGTERM');
  assert.equal(await process_.exited, 0);
});
