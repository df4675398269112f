// A process of its own whose worker threads stream DEVICE and are terminated in the middle of it, again and again.
//   node workers.mjs DEVICE TIMES TOGETHER
// Prints the process's descriptors and threads after the first time and after the last.
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

const [device, times, together] = process.argv.slice(2);
const code = `
  const { parentPort, workerData } = require('node:worker_threads');
  import(workerData.package).then(async ({ openCamera, RtpOutput }) => {
    const camera = await openCamera({ device: workerData.device, fps: 60 });
    const output = new RtpOutput({ host: '127.0.0.1', port: 9 });
    await output.start();
    await camera.attach(output);
    let frames = 0;
    for await (const frame of camera.frames()) if (++frames === 2) parentPort.postMessage(frame.byteLength);
  });`;
const packageUrl = new URL('../../dist/index.js', import.meta.url).href;

async function streamInWorker(index) {
  const which = device === 'test' ? device : String(index);
  const worker = new Worker(code, { eval: true, workerData: { device: which, package: packageUrl } });
  await once(worker, 'message'); // rejects when the worker fails
  await worker.terminate();
}

function count() {
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    threads: readdirSync('/proc/self/task').length,
  };
}

async function streamTogether() {
  await Promise.all(Array.from({ length: Number(together) }, (_, index) => streamInWorker(index)));
}

await streamTogether();
await sleep(200);
const first = count();
for (let i = 1; i < Number(times); i++) await streamTogether();
await sleep(200);
console.log(JSON.stringify({ first, last: count() }));
