import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import { openCamera, type Frame } from '../../lib/camera/index.js';
import { open, retainNext, take } from './helpers.js';

/** Tries to take a frame's memory away: newer versions of Node refuse, older ones copy. */
function tryToTransfer(transfer: (buffers: ArrayBufferLike[]) => void, frame: Frame): void {
  try {
    transfer([frame.data.buffer]);
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.equal(error.name, 'DataCloneError');
  }
}

test('the memory of a frame cannot be transferred away', async (t) => {
  const camera = await open(t);
  const frame = await retainNext(camera);
  const { port1, port2 } = new MessageChannel();
  t.after(() => {
    port1.close();
    port2.close();
  });
  const bytes = Uint8Array.from(frame.data);
  tryToTransfer((transfer) => structuredClone(frame.data, { transfer: transfer as ArrayBuffer[] }), frame);
  assert.deepEqual(Uint8Array.from(frame.data), bytes);
  tryToTransfer((transfer) => {
    port1.postMessage(frame.data, transfer as ArrayBuffer[]);
  }, frame);
  assert.deepEqual(Uint8Array.from(frame.data), bytes);
  frame.release();
});

test('frames lie in the same few arrays, as many as there are slots', async (t) => {
  const camera = await open(t, { slots: 4 });
  const arrays = new Set<ArrayBufferLike>();
  const views = new Set<Uint8Array>();
  let count = 0;
  for await (const frame of camera.frames()) {
    arrays.add(frame.memory.buffer);
    views.add(frame.memory);
    if (++count === 100) break;
  }
  assert.ok(
    arrays.size <= 4 && views.size <= 4,
    `${String(arrays.size)} arrays, ${String(views.size)} views`,
  );
});

test('threads and descriptors are back to the start after 100 cameras', async () => {
  const threads = (): number => readdirSync('/proc/self/task').length;
  const descriptors = (): number => readdirSync('/proc/self/fd').length;
  const cycle = async (): Promise<void> => {
    const camera = await openCamera({ device: 'test', width: 64, height: 48, fps: 500 });
    await take(camera, 1);
    await camera.close();
  };
  await cycle();
  const before = [threads(), descriptors()];
  for (let i = 0; i < 100; i++) await cycle();
  for (let i = 0; i < 100 && threads() > (before[0] ?? 0); i++) await sleep(10);
  assert.deepEqual([threads(), descriptors()], before);
});

test('a worker that ends while its camera runs takes nothing with it', async () => {
  const program = `
    import { parentPort } from 'node:worker_threads';
    import { register } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))};
    register();
    const { openCamera } = await import(${JSON.stringify(new URL('../../lib/camera/index.ts', import.meta.url).href)});
    const camera = await openCamera({ device: 'test', width: 64, height: 48, fps: 500 });
    for await (const frame of camera.frames()) parentPort.postMessage(frame.sequence);
  `;
  for (let i = 0; i < 5; i++) {
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`));
    await new Promise((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
    });
    await worker.terminate();
  }
});
