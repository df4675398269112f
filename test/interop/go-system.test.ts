// The Go system's file, quick start and commands.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { command } from '../helpers/debian13.js';
import { freeRtpPort, isListening } from '../helpers/ports.js';
import { start, until, type RunningProcess } from '../helpers/processes.js';
import { requireReceiveBuffers } from '../helpers/receivers.js';

const folder = mkdtempSync(path.join(tmpdir(), 'pcs-go-'));

before(() => {
  requireReceiveBuffers();
});

after(() => {
  rmSync(folder, { recursive: true });
});

/** What a receiver of the Go documentation is started with, but for the window that it opens there. */
interface Receiver {
  readonly name: string;
  readonly command: string;
  args(port: number): readonly string[];
  /** How many pictures its output says it has shown. */
  frames(process: RunningProcess): number;
}

const caps = 'application/x-rtp,encoding-name=JPEG,payload=26';

const opencv = `
import cv2, sys
pipeline = sys.argv[1]
capture = cv2.VideoCapture(pipeline, cv2.CAP_GSTREAMER)
assert capture.isOpened(), 'not opened'
while True:
    ok, picture = capture.read()
    if not ok: break
    assert picture.shape == (480, 640, 3), picture.shape
    print('picture', flush=True)
`;

const receivers: readonly Receiver[] = [
  {
    name: 'gst-launch-1.0',
    command: 'gst-launch-1.0',
    args: (port) => {
      const source = ['udpsrc', `port=${String(port)}`, `caps=${caps}`, '!', 'rtpjpegdepay', '!', 'jpegdec'];
      return [...source, '!', 'identity', 'silent=false', '!', 'fakesink', '-v'];
    },
    frames: (process) => process.stdout().split('last-message = chain').length - 1,
  },
  {
    name: 'ffplay (ffmpeg in its place)',
    command: 'ffmpeg',
    args: (port) => {
      const input = ['-protocol_whitelist', 'file,udp,rtp', '-i', `rtp://0.0.0.0:${String(port)}`];
      return ['-nostdin', ...input, '-f', 'null', '-progress', 'pipe:1', '-'];
    },
    frames: (process) =>
      Number(/frame=(\d+)\s[^]*?$/.exec(process.stdout().split('progress=').at(-2) ?? '')?.[1] ?? 0),
  },
  {
    name: 'OpenCV',
    command: '/usr/bin/python3',
    args: (port) => {
      const pipeline = `udpsrc port=${String(port)} caps="${caps}" ! rtpjpegdepay ! jpegdec ! videoconvert ! appsink`;
      return ['-c', opencv, pipeline];
    },
    frames: (process) => process.stdout().split('picture').length - 1,
  },
];

describe('the quick start, which has no `enabled` under the camera', () => {
  for (const receiver of receivers) {
    test(`${receiver.name} shows it`, { timeout: 60_000 }, async () => {
      const port = await freeRtpPort();
      const cwd = mkdtempSync(path.join(folder, 'quick-start-'));
      writeFileSync(
        path.join(cwd, 'config.toml'),
        `[camera1]\ndevice = "test"\n[mjpeg-rtp]\nenabled = true\n[mjpeg-rtp.camera1]\n` +
          `dest_host = "127.0.0.1"\ndest_port = ${String(port)}\n`,
      );
      const process_ = start(receiver.command, receiver.args(port));
      const options = ['-config', 'config.toml', '-mode', 'mjpeg-rtp', '-log-level', 'info'];
      // ffmpeg opens the port only to find out what comes: it is told by the stream itself.
      await until('the receiver', () => isListening(port));
      const streamer = start(process.execPath, [command, ...options], { cwd });
      try {
        await until(`60 frames by ${receiver.name}`, () => {
          assert.equal(process_.child.exitCode, null, process_.stderr());
          return receiver.frames(process_) >= 60;
        });
      } finally {
        streamer.child.kill('SIGINT');
        process_.child.kill('SIGKILL');
      }
      assert.equal(await streamer.exited, 0, streamer.stderr());
    });
  }
});

test("a file with every key of the Go system streams, on this machine's ports and test pattern", async () => {
  const ports = [await freeRtpPort(), await freeRtpPort()];
  const original = readFileSync(path.join(import.meta.dirname, '../config/go-system.toml'), 'utf8');
  let port = 0;
  const text = original
    .replaceAll(/^device = .*$/gm, 'device = "test"')
    .replaceAll(/^dest_host = .*$/gm, 'dest_host = "127.0.0.1"')
    .replaceAll(/^dest_port = .*$/gm, () => `dest_port = ${String(ports[port++])}`);
  const file = path.join(folder, 'go.toml');
  writeFileSync(file, text);
  const streamer = start(process.execPath, [
    command,
    '-config',
    file,
    '-mode',
    'mjpeg-rtp',
    '--frames',
    '30',
  ]);
  assert.equal(await streamer.exited, 0, streamer.stderr());
  const log = streamer.stderr();
  assert.equal(log.split('"sent":30').length, 3, log);
  assert.match(log, /sections of other programs, ignored: app/);
});
