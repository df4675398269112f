import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { StreamerError } from '../../lib/index.js';
import { Pipeline, type FrameOutput, type PipelineState } from '../../lib/pipeline/index.js';
import { until } from '../helpers/processes.js';

/** Counts, and fails to start as often as it is told. */
class CountingOutput implements FrameOutput {
  readonly destination = 'nowhere';
  frames = 0;
  starts = 0;
  closed = false;
  readonly #failures: number;

  constructor(failures = 0) {
    this.#failures = failures;
  }

  start(): Promise<void> {
    this.starts += 1;
    if (this.starts > this.#failures) return Promise.resolve();
    return Promise.reject(new StreamerError('ERR_HOST_NOT_FOUND', 'no such host yet'));
  }

  take(): void {
    this.frames += 1;
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

function watched(pipeline: Pipeline): { states: PipelineState[]; warnings: string[] } {
  const seen = { states: [] as PipelineState[], warnings: [] as string[] };
  pipeline.on('state', (state) => seen.states.push(state));
  pipeline.on('warning', ({ code }) => seen.warnings.push(code));
  return seen;
}

test('a pipeline goes from starting over streaming to stopped, and closes its outputs', async () => {
  const output = new CountingOutput();
  const pipeline = new Pipeline({
    name: 'a',
    camera: { device: 'test', fps: 100 },
    outputs: [output],
    maxFrames: 10,
  });
  const { states, warnings } = watched(pipeline);
  await pipeline.run();
  assert.deepEqual([states, warnings], [['starting', 'streaming', 'stopped'], []]);
  assert.equal(output.frames, 10);
  assert.ok(output.closed);
  assert.ok((pipeline.captureStatistics.encoded ?? 0) >= 10);
});

test('a camera that is at fault fails, and the other streams on', async () => {
  const [bad, good] = [new CountingOutput(), new CountingOutput()];
  const camera = { device: 'file:/nowhere/clip.y4m' };
  const failing = new Pipeline({ name: 'bad', camera, outputs: [bad] });
  const streaming = new Pipeline({
    name: 'good',
    camera: { device: 'test', fps: 100 },
    outputs: [good],
    maxFrames: 50,
  });
  await Promise.all([failing.run(), streaming.run()]);
  assert.deepEqual([failing.state, failing.error?.code, bad.frames], ['failed', 'ERR_FILE_NOT_FOUND', 0]);
  assert.deepEqual([streaming.state, streaming.error, good.frames], ['stopped', undefined, 50]);
});

test('a clip that is cut while it plays fails its camera, the other streams on, and the whole clip plays again', async (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcs-cut-'));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = path.join(folder, 'clip.y4m');
  const [header, picture] = [Buffer.from('YUV4MPEG2 W1280 H720\n'), Buffer.alloc((1280 * 720 * 3) / 2, 99)];
  const clip = Buffer.concat([
    header,
    ...Array.from({ length: 3 }, () => [Buffer.from('FRAME\n'), picture]).flat(),
  ]);
  const good = new CountingOutput();
  const streaming = new Pipeline({ name: 'good', camera: { device: 'test', fps: 100 }, outputs: [good] });
  const streamed = streaming.run();
  for (const length of [0, 5, 100, clip.length >> 1, clip.length - picture.length - 6, clip.length - 1]) {
    writeFileSync(file, clip);
    const bad = new CountingOutput();
    const camera = { device: `file:${file}`, paced: false };
    const failing = new Pipeline({ name: 'bad', camera, outputs: [bad] });
    const failed = failing.run();
    await until('frames', () => bad.frames > 5);
    truncateSync(file, length);
    await failed;
    assert.deepEqual([failing.state, failing.error?.code], ['failed', 'ERR_FILE_FORMAT']);
    assert.match(failing.error?.message ?? '', /clip\.y4m: has been cut short/);
  }
  const before = good.frames;
  await until('frames of the other', () => good.frames > before + 5);
  streaming.stop();
  await streamed;
});

test('an output that is not ready is warned of once and tried again, while the camera runs', async () => {
  const output = new CountingOutput(3);
  const pipeline = new Pipeline({
    name: 'a',
    camera: { device: 'test', fps: 100 },
    outputs: [output],
    maxFrames: 150,
  });
  const { warnings } = watched(pipeline);
  await pipeline.run();
  assert.deepEqual(warnings, ['ERR_HOST_NOT_FOUND']);
  assert.equal(output.starts, 4);
  assert.equal(output.frames, 150);
});

test('stop() ends a pipeline at any time, also before it has begun', async () => {
  for (const delayMs of [0, 1, 20, 200]) {
    const output = new CountingOutput();
    const pipeline = new Pipeline({ name: 'a', camera: { device: 'test' }, outputs: [output] });
    const done = pipeline.run();
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    pipeline.stop();
    await done;
    assert.equal(pipeline.state, 'stopped');
    assert.ok(output.closed);
  }
});

test('an output that cannot take the frames fails the pipeline with its reason', async () => {
  const output = new CountingOutput();
  output.take = () => {
    throw new StreamerError('ERR_JPEG_SIZE', 'too large');
  };
  const pipeline = new Pipeline({ name: 'a', camera: { device: 'test' }, outputs: [output] });
  await pipeline.run();
  assert.deepEqual([pipeline.state, pipeline.error?.code], ['failed', 'ERR_JPEG_SIZE']);
});

test('an output that takes for ever to start holds up neither the camera nor the end', async () => {
  const slow = new CountingOutput();
  slow.start = () =>
    new Promise(() => {
      // Never: a name server that does not answer.
    });
  const camera = { device: 'test', fps: 100 };
  const pipeline = new Pipeline({ name: 'a', camera, outputs: [slow], maxFrames: 10 });
  await pipeline.run();
  assert.deepEqual([pipeline.state, slow.frames, slow.closed], ['stopped', 10, true]);
});
