import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openCamera } from '../../lib/index.js';
import { runToEnd } from './processes.js';

/** Photographs from Debian's package mate-backgrounds. */
export const photograph = '/usr/share/backgrounds/mate/nature/Garden.jpg';

/** Kept between runs, because it takes seconds to make. */
const cache = path.join(import.meta.dirname, '../../.cache/content');

export interface Content {
  readonly kind: 'test' | 'photo';
  readonly width: number;
  readonly height: number;
  readonly sampling: '4:2:0' | '4:2:2';
}

const framesPerClip = 12;

/** A .y4m of full range that pans over a photograph, or that shows the test pattern. */
export async function makeClip(content: Content): Promise<string> {
  const { kind, width, height, sampling } = content;
  const size = `${String(width)}x${String(height)}`;
  const file = path.join(cache, `${kind}-${size}-${sampling.replaceAll(':', '')}.y4m`);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  const input = kind === 'photo' ? photoInput(width, height) : await testInput(width, height);
  const format = sampling === '4:2:0' ? 'yuvj420p' : 'yuvj422p';
  // FFmpeg writes no XCOLORRANGE for every version and format: the tests say color_range = full.
  await runToEnd('ffmpeg', [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', ...input, '-pix_fmt', format, '-strict', '-1'],
    ...['-frames:v', String(framesPerClip), '-f', 'yuv4mpegpipe', '-y', `${file}.part`],
  ]);
  renameSync(`${file}.part`, file);
  return file;
}

function photoInput(width: number, height: number): string[] {
  const larger = `${String(width + 2 * framesPerClip)}:${String(height)}`;
  const filter = `scale=${larger}:flags=bicubic,crop=${String(width)}:${String(height)}:n*2:0`;
  return ['-loop', '1', '-i', photograph, '-vf', filter];
}

async function testInput(width: number, height: number): Promise<string[]> {
  const file = path.join(cache, `test-${String(width)}x${String(height)}.mjpeg`);
  const camera = await openCamera({ device: 'test', width, height, quality: 95, paced: false });
  const jpegs: Uint8Array[] = [];
  for await (const frame of camera.frames()) {
    jpegs.push(frame.copy().data);
    if (jpegs.length === framesPerClip) break;
  }
  await camera.close();
  writeFileSync(file, Buffer.concat(jpegs));
  return ['-f', 'mjpeg', '-i', file];
}
