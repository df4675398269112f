import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import {
  openCamera,
  type Camera,
  type CameraOptions,
  type Frame,
  type FrameCopy,
} from '../../lib/camera/index.js';

/** Opens a camera that is closed with the test. */
export async function open(context: TestContext, options: CameraOptions = {}): Promise<Camera> {
  const camera = await openCamera({ device: 'test', width: 64, height: 48, fps: 500, ...options });
  context.after(() => camera.close());
  return camera;
}

/** Copies of the next frames. */
export async function take(camera: Camera, count: number): Promise<FrameCopy[]> {
  const frames: FrameCopy[] = [];
  for await (const frame of camera.frames()) {
    frames.push(frame.copy());
    if (frames.length === count) break;
  }
  return frames;
}

/** The next frame, retained. */
export async function retainNext(camera: Camera): Promise<Frame> {
  for await (const frame of camera.frames()) return frame.retain();
  assert.fail('no frame came');
}

/** Writes a file in a folder that goes with the test. */
export function writeFile(context: TestContext, name: string, content: Uint8Array | string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'camera-'));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** A .y4m of full range in 4:2:0, 16x16; each frame has one grey level. */
export function greyClip(levels: readonly number[]): Buffer {
  const frames = levels.map((level) => Buffer.concat([Buffer.from('FRAME\n'), Buffer.alloc(384, level)]));
  return Buffer.concat([Buffer.from('YUV4MPEG2 W16 H16 F25:1 C420jpeg XCOLORRANGE=FULL\n'), ...frames]);
}

/** The luma planes of JPEGs of one size, by FFmpeg. */
export function decodeLuma(jpegs: readonly Uint8Array[], width: number, height: number): Buffer[] {
  const args = [
    '-loglevel',
    'error',
    '-f',
    'mjpeg',
    '-i',
    'pipe:0',
    '-fps_mode',
    'passthrough',
    '-f',
    'rawvideo',
  ];
  const { stdout, stderr } = spawnSync('ffmpeg', [...args, 'pipe:1'], {
    input: Buffer.concat(jpegs),
    maxBuffer: 2 ** 28,
  });
  const frameBytes = width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
  assert.equal(stdout.length, jpegs.length * frameBytes, stderr.toString());
  return jpegs.map((_, i) => stdout.subarray(i * frameBytes, i * frameBytes + width * height));
}
