// A process of its own: opens, streams and closes a device again and again.
//   node cycles.mjs DEVICE CYCLES
// Prints the process's descriptors and threads, and whether the memory of frames that nobody can reach any more is
// freed, after the first cycle and after the last; and what the process's memory has grown by since a tenth of them.
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openCamera, RtpOutput } from '../../dist/index.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
/** More than a camera has, and less than a few of them. */
const frameMemoryBytes = 32e6;

const [device, cycles] = process.argv.slice(2);

async function cycle() {
  const camera = await openCamera({ device, fps: 60 });
  const output = new RtpOutput({ host: '127.0.0.1', port: 9 });
  await output.start();
  await camera.attach(output);
  for await (const frame of camera.frames()) if (frame.byteLength > 0) break;
  await camera.close();
  await output.close();
}

async function count() {
  // What one collection finds to be unreachable, the addon lets go before the next.
  for (let i = 0; i < 4; i++) {
    collectGarbage();
    await sleep(20);
  }
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    threads: readdirSync('/proc/self/task').length,
    isFrameMemoryFreed: process.memoryUsage().arrayBuffers < frameMemoryBytes,
  };
}

await cycle();
const first = await count();
let rssBytes = 0;
for (let i = 1; i < Number(cycles); i++) {
  await cycle();
  if (i === Math.floor(Number(cycles) / 10)) {
    await count();
    rssBytes = process.memoryUsage().rss;
  }
}
const last = await count();
const rssGrowthMiB = (process.memoryUsage().rss - rssBytes) / 2 ** 20;
console.log(JSON.stringify({ first, last, rssGrowthMiB }));
