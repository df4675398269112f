// The same package with an arm64 node, by qemu's user emulation.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { barsFolder, cameraIds, projectRoot } from '../helpers/debian13.js';
import { packFresh } from '../helpers/packed.js';
import { freeRtpPort } from '../helpers/ports.js';
import { runToEnd, start, type RunningProcess } from '../helpers/processes.js';
import { nodeOf } from '../helpers/roots.js';

type Libcamera = '0.4' | '0.7';

const workspace = mkdtempSync(path.join(tmpdir(), 'pcs-arm64-'));
const installed = path.join(workspace, 'node_modules', 'pi-camera-streamer');
const streamer = path.join(installed, 'dist', 'cli', 'main.js');
const encodeVideo = [path.join(import.meta.dirname, 'encode-video.mjs'), installed];
const encodePattern = [path.join(import.meta.dirname, 'encode-pattern.mjs'), installed, '100'];
let node: string;

before(async () => {
  node = await nodeOf(22, 'arm64');
  const tarball = await packFresh(workspace);
  await runToEnd('npm', ['install', '--silent', '--prefix', workspace, tarball]);
});

after(() => {
  rmSync(workspace, { recursive: true });
});

/** An arm64 node, beside the arm64 libraries of this libcamera. */
async function emulate(libcamera: Libcamera, ...args: readonly string[]): Promise<RunningProcess> {
  const name = `arm64-libcamera${libcamera}`;
  await runToEnd(path.join(projectRoot, 'test', 'roots', 'make-arm64.sh'), [name]);
  const libraries = path.join(projectRoot, '.cache', 'roots', name);
  return start('qemu-aarch64-static', ['-L', libraries, node, ...args], {
    cwd: barsFolder,
    env: { ...process.env, LIBCAMERA_PIPELINES_MATCH_LIST: 'virtual', LIBCAMERA_LOG_LEVELS: '*:ERROR' },
  });
}

async function outputOf(process: RunningProcess): Promise<string> {
  const code = await process.exited;
  assert.equal(code, 0, process.stderr());
  return process.stdout();
}

test('the test pattern becomes the same bytes as on x64', async () => {
  const printed = await outputOf(await emulate('0.4', ...encodePattern));
  const emulated = JSON.parse(printed) as { readonly arch: string };
  const native = JSON.parse(await runToEnd(process.execPath, encodePattern)) as { readonly arch: string };
  assert.equal(emulated.arch, 'arm64');
  assert.deepEqual({ ...emulated, arch: process.arch }, native);
});

/** All frames of a picture or a video, as FFmpeg decodes it, in RGB. */
async function decodedTo(file: string, format: readonly string[]): Promise<Buffer> {
  const output = ['-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-y', `${file}.rgb`];
  await runToEnd('ffmpeg', ['-nostdin', '-loglevel', 'error', ...format, '-i', file, ...output]);
  return readFileSync(`${file}.rgb`);
}

for (const codec of ['h264', 'vp8'] as const) {
  test(`the test pattern becomes ${codec}, which is decoded to what its JPEGs show, as on x64`, async () => {
    for (const arch of ['arm64', 'x64'] as const) {
      const folder = mkdtempSync(path.join(workspace, `${codec}-`));
      const command = [...encodeVideo, codec, '20', folder];
      const encoding = arch === 'arm64' ? await emulate('0.4', ...command) : start(process.execPath, command);
      const told = JSON.parse(await outputOf(encoding)) as {
        readonly arch: string;
        readonly frames: number;
        readonly keyframes: readonly number[];
      };
      assert.equal(told.arch, arch);
      assert.deepEqual(told.keyframes.slice(0, 3), [0, 8, 16]);
      const picture = await decodedTo(path.join(folder, 'last.jpg'), []);
      const video = await decodedTo(path.join(folder, 'video'), ['-f', codec === 'vp8' ? 'ivf' : 'h264']);
      assert.equal(video.length, told.frames * picture.length);
      const last = video.subarray(-picture.length);
      const meanError =
        picture.reduce((sum, level, i) => sum + Math.abs(level - (last[i] ?? 0)), 0) / last.length;
      assert.ok(meanError < 3, `${arch}: ${meanError.toFixed(1)} levels`);
    }
  });
}

test('100 frames of the test pattern are decoded', async () => {
  const port = await freeRtpPort();
  const streaming = await emulate(
    '0.4',
    streamer,
    ...['-mode', 'mjpeg-rtp', '--source', 'test', '--fps', '15', '--frames', '300'],
    ...['--dest', `127.0.0.1:${String(port)}`],
  );
  const elements = ['rtpjpegdepay', 'jpegdec', 'identity eos-after=100', 'fakesink'];
  const caps = 'caps=application/x-rtp,encoding-name=JPEG,payload=26';
  await runToEnd('timeout', [
    ...['60', 'gst-launch-1.0', '-q', 'udpsrc', `port=${String(port)}`, caps],
    ...elements.flatMap((element) => ['!', ...element.split(' ')]),
  ]);
  streaming.child.kill('SIGINT');
  await outputOf(streaming);
});

for (const version of ['0.4', '0.7'] as const) {
  test(`the camera addon for libcamera ${version} lists its cameras`, async () => {
    const listed = await outputOf(await emulate(version, streamer, 'cameras', '--json'));
    const cameras = JSON.parse(listed) as readonly { readonly id: string }[];
    assert.deepEqual(cameras.map(({ id }) => id).sort(), [...cameraIds].sort());
  });
}
