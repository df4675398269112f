// Real libcamera, in a Debian 13 root; its frames, decoded by GStreamer outside.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { barsPosition } from '../helpers/bars.js';
import {
  barsFolder,
  buildInDebian13,
  buildTimeoutMs,
  command,
  cameraIds,
  cameraPhotograph,
  photoFolder,
  startInDebian13,
  writeConfig,
} from '../helpers/debian13.js';
import { ffmpegLayout } from '../helpers/planes.js';
import { meanErrors } from '../helpers/mean-error.js';
import { freeRtpPort } from '../helpers/ports.js';
import { runToEnd } from '../helpers/processes.js';
import { finish, requireReceiveBuffers, startGstreamer } from '../helpers/receivers.js';

const folder = mkdtempSync(path.join(tmpdir(), 'pcs-libcamera-'));

before(
  async () => {
    requireReceiveBuffers();
    await buildInDebian13();
  },
  { timeout: buildTimeoutMs },
);

after(() => {
  rmSync(folder, { recursive: true });
});

test(
  'two cameras stream 300 frames each at 30 fps, with none lost, repeated or out of order',
  { timeout: 60_000 },
  async () => {
    const frames = 300;
    const cameras = await Promise.all(
      [
        { id: cameraIds[0], width: 640, height: 480 },
        { id: cameraIds[1], width: 1280, height: 720 },
      ].map(async (camera) => ({
        ...camera,
        receiver: await startGstreamer(await freeRtpPort(), folder, '4:2:0'),
      })),
    );
    const sections = cameras.map(
      ({ id, width, height, receiver }, i) =>
        `[camera${String(i + 1)}]\ndevice = "${id}"\nwidth = ${String(width)}\nheight = ${String(height)}\n` +
        `[mjpeg-rtp.camera${String(i + 1)}]\ndest_host = "127.0.0.1"\ndest_port = ${String(receiver.port)}\nquality = 95\n`,
    );
    const options = [
      '-config',
      writeConfig(sections.join('')),
      '-mode',
      'mjpeg-rtp',
      '--frames',
      String(frames),
    ];
    const beganMs = performance.now();
    const log = await runStreamer(['node', command, ...options]);
    const seconds = (performance.now() - beganMs) / 1000;
    for (const { width, height, receiver } of cameras) {
      const layout = receiver.layout(width, height, '4:2:0');
      await finish(receiver, frames * layout.frameBytes);
      const pictures = readFileSync(receiver.output);
      assert.equal(pictures.length, frames * layout.frameBytes, log);
      const positions = Array.from({ length: frames }, (_, i) =>
        barsPosition(pictures.subarray(i * layout.frameBytes), width),
      );
      for (let i = 1; i < frames; i++) {
        // The bars move one column to the left with each frame.
        const moved = ((positions[i - 1] ?? 0) - (positions[i] ?? 0) + width) % width;
        assert.equal(
          moved,
          1,
          `${String(width)}x${String(height)}: the bars moved by ${String(moved)} columns to frame ${String(i)}; ${log}`,
        );
      }
    }
    assert.ok(seconds > 9.5 && seconds < 20, `300 frames took ${seconds.toFixed(1)} s`);
  },
);

test(
  'a camera without the control SyncMode streams without it, and the log says so',
  { timeout: 60_000 },
  async () => {
    const text = `[camera1]\ndevice = "${cameraIds[0]}"\nsync_mode = "server"\n[mjpeg-rtp.camera1]\ndest_host = "127.0.0.1"\ndest_port = ${String(await freeRtpPort())}\n`;
    const options = ['-config', writeConfig(text), '-mode', 'mjpeg-rtp', '--frames', '10'];
    const log = await runStreamer(['node', command, ...options]);
    assert.match(log, /has no control SyncMode: sync_mode = \\"server\\" has no effect/);
    assert.match(log, /"sent":10/);
  },
);

test(
  'a camera like a Pi (YUV420, 642x482, stride 704) keeps the colours of the photograph',
  { timeout: 60_000 },
  async () => {
    const shim = { PI_LIKE_PHOTO: cameraPhotograph };
    await checkColours({ width: 642, height: 482, photograph: cameraPhotograph, cameras: photoFolder, shim });
  },
);

test('a camera like a Pi 5 (1296x972, stride 1408) keeps them, too', { timeout: 60_000 }, async () => {
  const shim = { PI_LIKE_PHOTO: cameraPhotograph, PI_LIKE_STRIDE: '128' };
  await checkColours({ width: 1296, height: 972, photograph: cameraPhotograph, cameras: photoFolder, shim });
});

test(
  'an NV12 camera with a false label keeps them with color_range = "full"',
  { timeout: 60_000 },
  async () => {
    // Scaled here, because libcamera's own scaler for such cameras is a rough one.
    const photograph = path.join(folder, 'photograph.jpg');
    const filter = ['-vf', 'scale=640:480:flags=area', '-pix_fmt', 'yuvj420p', '-q:v', '1', '-y'];
    await runToEnd('ffmpeg', ['-loglevel', 'error', '-i', cameraPhotograph, ...filter, photograph]);
    const sizes = 'supported_formats: [{ width: 640, height: 480, frame_rates: [1, 60] }]';
    writeFileSync(
      path.join(folder, 'virtual.yaml'),
      `'${cameraIds[0]}':\n  ${sizes}\n  frames: { path: ${photograph} }\n  location: CameraLocationBack\n  model: imx708\n`,
    );
    const settings = 'color_range = "full"';
    await checkColours({ width: 640, height: 480, photograph, cameras: folder, settings });
  },
);

interface ColourCase {
  readonly width: number;
  readonly height: number;
  readonly photograph: string;
  readonly cameras: string;
  readonly settings?: string;
  readonly shim?: Readonly<Record<string, string>>;
}

/** The mean error against the photograph is below 2 levels in each plane. */
async function checkColours({
  width,
  height,
  photograph,
  cameras,
  settings = '',
  shim,
}: ColourCase): Promise<void> {
  const receiver = await startGstreamer(await freeRtpPort(), folder, '4:2:0');
  const config = writeConfig(
    `[camera1]\nwidth = ${String(width)}\nheight = ${String(height)}\n${settings}\n` +
      `[mjpeg-rtp.camera1]\ndest_host = "127.0.0.1"\ndest_port = ${String(receiver.port)}\nquality = 95\n`,
  );
  await runStreamer(
    ['node', command, '-config', config, '-mode', 'mjpeg-rtp', '--frames', '5'],
    cameras,
    shim,
  );
  const layout = receiver.layout(Math.ceil(width / 8) * 8, Math.ceil(height / 8) * 8, '4:2:0');
  await finish(receiver, 5 * layout.frameBytes);
  const expected = path.join(folder, 'expected.yuv');
  const scale = `scale=${String(width)}:${String(height)}:flags=area`;
  const raw = ['-pix_fmt', 'yuvj420p', '-f', 'rawvideo', '-y', expected];
  await runToEnd('ffmpeg', ['-loglevel', 'error', '-i', photograph, '-vf', scale, ...raw]);
  const decoded = readFileSync(receiver.output);
  const errors = meanErrors(readFileSync(expected), ffmpegLayout(width, height, '4:2:0'), decoded, layout);
  const text = `mean errors of Y, Cb, Cr: ${errors.map((error) => error.toFixed(2)).join(', ')}`;
  for (const error of errors) assert.ok(error < 2, text);
}

/** Runs the streamer in the root, and returns its log. */
async function runStreamer(
  args: readonly string[],
  cameras = barsFolder,
  shim?: Readonly<Record<string, string>>,
): Promise<string> {
  const process = startInDebian13(cameras, args, shim);
  assert.equal(await process.exited, 0, process.stderr());
  return process.stderr();
}
