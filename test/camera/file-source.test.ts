import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCamera } from '../../lib/camera/index.js';
import { jpegFile } from '../jpeg/jpeg-file.js';
import { decodeLuma, greyClip, open, take, writeFile } from './helpers.js';

const levels = Array.from({ length: 40 }, (_, i) => 20 + 5 * i);

/** The grey level of each frame. */
function levelsOf(jpegs: readonly Uint8Array[]): number[] {
  return decodeLuma(jpegs, 16, 16).map((luma) => luma[0] ?? 0);
}

test('a clip that is not paced loses no frame, however slow the loop, and ends', async (t) => {
  const device = `file:${writeFile(t, 'clip.y4m', greyClip(levels))}`;
  const camera = await open(t, { device, paced: false, loop: false, quality: 95 });
  assert.equal(camera.plan.live, false);
  const jpegs: Uint8Array[] = [];
  const sequences: number[] = [];
  for await (const frame of camera.frames()) {
    jpegs.push(frame.copy().data);
    sequences.push(frame.sequence);
    if (frame.sequence % 10 === 0) await sleep(15);
  }
  assert.deepEqual(levelsOf(jpegs), levels);
  assert.deepEqual(sequences, [...levels.keys()]);
  const statistics = camera.statistics();
  assert.equal(statistics.encoded, levels.length);
  for (const counter of ['droppedEncoder', 'droppedNoSlot', 'droppedFailed', 'sourceFramesLost'] as const) {
    assert.equal(statistics[counter], 0, counter);
  }
});

test('a clip that is not paced waits while its frames are kept', async (t) => {
  const device = `file:${writeFile(t, 'clip.y4m', greyClip(levels))}`;
  const camera = await open(t, { device, paced: false, loop: false, slots: 3 });
  const kept = [];
  for await (const frame of camera.frames()) {
    kept.push(frame.retain());
    if (kept.length === 3) break;
  }
  await sleep(20);
  assert.equal(camera.statistics().encoded, 3);
  for (const frame of kept) frame.release();
  const rest = [];
  for await (const frame of camera.frames()) rest.push(frame.sequence);
  assert.equal(rest.at(-1), levels.length - 1);
});

test('a loop that begins after the end of the file ends at once', async (t) => {
  const device = `file:${writeFile(t, 'clip.y4m', greyClip([100]))}`;
  const camera = await open(t, { device, paced: false, loop: false });
  assert.equal((await take(camera, 9)).length, 1);
  assert.equal((await take(camera, 9)).length, 0);
});

test('a clip that loops begins again', async (t) => {
  const device = `file:${writeFile(t, 'clip.y4m', greyClip([50, 100, 150]))}`;
  const camera = await open(t, { device, paced: false, quality: 95 });
  const frames = await take(camera, 7);
  assert.deepEqual(levelsOf(frames.map(({ data }) => data)), [50, 100, 150, 50, 100, 150, 50]);
});

test('a paced clip keeps its own rate, or the one that was asked for', async (t) => {
  const device = `file:${writeFile(t, 'clip.y4m', greyClip(levels))}`;
  const own = await openCamera({ device });
  await own.close();
  assert.deepEqual([own.plan.fps, own.plan.live], [25, true]);
  const camera = await open(t, { device, fps: 400 });
  const frames = await take(camera, 10);
  for (const { sequence, captureTimeUs } of frames) {
    const dueUs = (frames[0]?.captureTimeUs ?? 0) + (sequence - (frames[0]?.sequence ?? 0)) * 2500;
    assert.ok(Math.abs(captureTimeUs - dueUs) <= 1);
  }
});

test('JPEG files are passed through byte for byte', async (t) => {
  const bytes = jpegFile({ width: 320, height: 240 });
  const device = `file:${writeFile(t, 'picture.jpg', bytes)}`;
  const camera = await open(t, { device, paced: false });
  assert.deepEqual([camera.plan.width, camera.plan.height], [0, 0]);
  for await (const frame of camera.frames()) {
    assert.deepEqual([frame.isPassedThrough, frame.width, frame.height], [true, 0, 0]);
    assert.deepEqual(Uint8Array.from(frame.data), bytes);
    break;
  }
});

test('a limited-range clip is widened, unless its label is said to be false', async (t) => {
  const clip = greyClip([235]).toString('latin1').replace(' XCOLORRANGE=FULL', '');
  const device = `file:${writeFile(t, 'clip.y4m', Buffer.from(clip, 'latin1'))}`;
  const white = async (colorRange: 'auto' | 'full' | 'limited'): Promise<number[]> => {
    const camera = await open(t, { device, paced: false, colorRange });
    return levelsOf((await take(camera, 1)).map(({ data }) => data));
  };
  assert.deepEqual(await white('auto'), [255]);
  assert.deepEqual(await white('limited'), [255]);
  assert.deepEqual(await white('full'), [235]);
});
