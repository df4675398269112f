// What is encoded: photographs of Debian's package mate-backgrounds, as video.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { root } from '../scripts/run.mjs';

const photographs = '/usr/share/backgrounds/mate/nature';
/** Kept between runs. */
export const cache = path.join(root, '.cache', 'bench');
const framesPerPhotograph = 3;
/** Of makeVideoClip(). */
export const videoFrames = 240;

/** A .y4m of full range, 4:2:0: 36 frames, three parts of each photograph. */
export function makeClip({ width, height }) {
  return cached(`photographs-${width}x${height}.y4m`, (file) => {
    const pictures = readdirSync(photographs).filter((name) => name.endsWith('.jpg'));
    const inputs = pictures.flatMap((name) => ['-loop', '1', '-i', path.join(photographs, name)]);
    const larger = `${Math.round(width * 1.1)}:${Math.round(height * 1.1)}`;
    const cut = `trim=end_frame=${framesPerPhotograph},scale=${larger}:force_original_aspect_ratio=increase,crop=${width}:${height}:n*24:n*16,setsar=1`;
    const parts = pictures.map((_, i) => `[${i}:v]${cut}[p${i}]`).join(';');
    const names = pictures.map((_, i) => `[p${i}]`).join('');
    const filter = `${parts};${names}concat=n=${pictures.length}`;
    const output = ['-pix_fmt', 'yuvj420p', '-strict', '-1', '-f', 'yuv4mpegpipe', '-y', file];
    run('ffmpeg', ['-nostdin', '-loglevel', 'error', ...inputs, '-filter_complex', filter, ...output]);
  });
}

/** Eight seconds of raw 4:2:0 in limited range as a camera sees it: turned over three scenes, with its noise. */
export function makeVideoClip({ width, height }) {
  return cached(`pan-${width}x${height}.i420`, (file) => {
    const scenes = ['Garden.jpg', 'LadyBird.jpg', 'Wood.jpg'];
    const inputs = scenes.flatMap((name) => ['-loop', '1', '-i', path.join(photographs, name)]);
    const larger = `${Math.round(width * 1.3)}:${Math.round(height * 1.3)}`;
    const cut = `trim=end_frame=${videoFrames / scenes.length},scale=${larger}:force_original_aspect_ratio=increase,crop=${width}:${height}:n*2:n,setsar=1`;
    const parts = scenes.map((_, i) => `[${i}:v]${cut}[p${i}]`).join(';');
    const all = scenes.map((_, i) => `[p${i}]`).join('');
    const filter = `${parts};${all}concat=n=${scenes.length},noise=alls=6:allf=t,format=yuv420p`;
    const output = ['-f', 'rawvideo', '-y', file];
    run('ffmpeg', ['-nostdin', '-loglevel', 'error', ...inputs, '-filter_complex', filter, ...output]);
  });
}

/** The same frames without any header, as GStreamer's rawvideoparse takes them, over and over up to a count. */
export function makeRaw({ width, height, format, frames }) {
  const clip = makeClip({ width, height });
  return cached(`photographs-${width}x${height}-${frames}.${format}`, (file) => {
    const y4m = readFileSync(clip);
    const frameBytes = (width * height * 3) / 2;
    const headerBytes = y4m.indexOf('\n') + 1;
    const stride = frameBytes + 'FRAME\n'.length;
    const count = Math.floor((y4m.length - headerBytes) / stride);
    const output = openSync(file, 'w');
    for (let i = 0; i < frames; i++) {
      const end = headerBytes + ((i % count) + 1) * stride;
      const planes = y4m.subarray(end - frameBytes, end);
      writeSync(output, format === 'nv12' ? toNv12(planes, width * height) : planes);
    }
    closeSync(output);
  });
}

/** The JPEG of middle length among a clip's. */
export async function makeJpeg(size) {
  const clip = makeClip(size);
  const file = path.join(cache, `photograph-${size.width}x${size.height}.jpg`);
  if (existsSync(file)) return file;
  const { openCamera } = await import('../dist/index.js');
  const camera = await openCamera({ device: `file:${clip}`, colorRange: 'full', paced: false, loop: false });
  const jpegs = [];
  for await (const frame of camera.frames()) jpegs.push(frame.copy().data);
  await camera.close();
  jpegs.sort((a, b) => a.length - b.length);
  writeFileSync(file, jpegs[Math.floor(jpegs.length / 2)]);
  return file;
}

/** By hand, because FFmpeg would convert the range on the way. */
function toNv12(planes, lumaBytes) {
  const result = Buffer.from(planes);
  const chromaBytes = lumaBytes / 4;
  for (let i = 0; i < chromaBytes; i++) {
    result[lumaBytes + 2 * i] = planes[lumaBytes + i];
    result[lumaBytes + 2 * i + 1] = planes[lumaBytes + chromaBytes + i];
  }
  return result;
}

function cached(name, make) {
  const file = path.join(cache, name);
  if (existsSync(file)) return file;
  mkdirSync(cache, { recursive: true });
  make(`${file}.part`);
  renameSync(`${file}.part`, file);
  return file;
}

function run(command, args) {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
}
