// What changes while a pipeline runs, at whatever moment it comes.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCamera, Pipeline, type CameraOptions, type Frame, type FrameOutput } from '../../lib/index.js';
import { until } from '../helpers/processes.js';

const pattern = { device: 'test', width: 64, height: 48, fps: 60 } as const;

/** Remembers what it was given last. */
class Sink implements FrameOutput {
  readonly destination = 'nowhere';
  frames = 0;
  bytes = 0;
  width = 0;

  start(): Promise<void> {
    return Promise.resolve();
  }

  take(frame: Frame): void {
    this.frames += 1;
    this.bytes = frame.byteLength;
    this.width = frame.width;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function startPipeline(context: TestContext, camera: CameraOptions, maxFrames?: number) {
  const sink = new Sink();
  const bound = maxFrames === undefined ? {} : { maxFrames };
  const pipeline = new Pipeline({ name: 'a', camera, outputs: [sink], ...bound });
  const running = pipeline.run();
  context.after(async () => {
    pipeline.stop();
    await running;
  });
  return { pipeline, sink, running };
}

test('a camera is opened again with other options, without a restart', async (context) => {
  const { pipeline, sink } = startPipeline(context, pattern);
  await until('a frame', () => sink.frames > 0);
  await pipeline.reopen({ ...pattern, target: { width: 32, height: 24 } });
  await until('the new size', () => sink.width === 32);
  assert.deepEqual([pipeline.state, pipeline.restarts], ['streaming', 0]);
});

test('options that it cannot be opened with are refused, and it goes on with those it had', async (context) => {
  const { pipeline, sink } = startPipeline(context, pattern);
  await until('a frame', () => sink.frames > 0);
  const impossible = { ...pattern, crop: { x: 1000, y: 0, width: 64, height: 48 } };
  await assert.rejects(pipeline.reopen(impossible), { name: 'StreamerError' });
  const { frames } = sink;
  await until('frames again', () => sink.frames > frames + 2);
  assert.deepEqual([pipeline.state, pipeline.error, sink.width], ['streaming', undefined, 64]);
});

test('the last of several changes holds, also of those that come while it is being opened', async (context) => {
  const { pipeline, sink } = startPipeline(context, pattern);
  for (let delayMs = 0; delayMs < 12; delayMs++) {
    const first = pipeline.reopen({ ...pattern, target: { width: 48, height: 48 } });
    await sleep(delayMs);
    const second = pipeline.reopen({ ...pattern, quality: 90 });
    pipeline.setQuality(5);
    await Promise.all([first, second]);
    await until('the last change', () => sink.width === 64);
    const camera = await openCamera({ ...pattern, quality: 5 });
    for await (const frame of camera.frames()) {
      await until('its quality', () => Math.abs(sink.bytes - frame.byteLength) < 200);
      break;
    }
    await camera.close();
  }
});

test('a change after the last frame keeps no pipeline from its end', async (context) => {
  const { pipeline, sink, running } = startPipeline(context, pattern, 5);
  await until('the last frame', () => sink.frames === 5);
  await pipeline.reopen({ ...pattern, fps: 30 });
  await running;
  assert.deepEqual([pipeline.state, sink.frames], ['stopped', 5]);
});

test('a change that comes before, after or at a stop is over when the pipeline is', async (context) => {
  for (const delayMs of [0, 1, 5]) {
    const { pipeline, sink, running } = startPipeline(context, pattern);
    await until('a frame', () => sink.frames > 0);
    const change = pipeline.reopen({ ...pattern, fps: 30 });
    await sleep(delayMs);
    pipeline.stop();
    await Promise.all([change, running]);
    await pipeline.reopen(pattern);
    assert.equal(pipeline.state, 'stopped');
  }
});

test('JPEG files that cannot be cropped stay what they are', async (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcs-changes-'));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  const source = await openCamera(pattern);
  for await (const frame of source.frames()) {
    writeFileSync(path.join(folder, 'a.jpg'), frame.data);
    break;
  }
  await source.close();
  const camera = { device: `file:${folder}`, fps: 30 };
  const { pipeline, sink } = startPipeline(context, camera);
  await until('a frame', () => sink.frames > 0);
  await assert.rejects(pipeline.reopen({ ...camera, crop: { x: 0, y: 0, width: 32, height: 32 } }));
  const { frames } = sink;
  await until('frames again', () => sink.frames > frames);
});

test('impossible options are refused also when they come while the camera starts with others', async (context) => {
  const { pipeline, sink } = startPipeline(context, pattern);
  await until('a frame', () => sink.frames > 0);
  const impossible = { ...pattern, crop: { x: 1000, y: 0, width: 64, height: 48 } };
  for (let delayUs = 0; delayUs < 8000; delayUs += 250) {
    const first = pipeline.reopen({ ...pattern, fps: 50 });
    const dueMs = performance.now() + delayUs / 1000;
    while (performance.now() < dueMs) await new Promise(setImmediate); // timers are not that fine
    await assert.rejects(pipeline.reopen(impossible), { name: 'StreamerError' }, `${String(delayUs)} us`);
    await first;
    const { frames } = sink;
    await until('frames again', () => sink.frames > frames);
    assert.deepEqual([pipeline.state, pipeline.error], ['streaming', undefined]);
  }
});
