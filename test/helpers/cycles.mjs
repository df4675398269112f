// A process of its own: opens, streams and closes a device again and again.
//   node cycles.mjs DEVICE CYCLES
// Prints the process's descriptors and threads after the first cycle and after the last.
import { readdirSync } from 'node:fs';
import { openCamera, RtpOutput } from '../../dist/index.js';

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

function count() {
  return { descriptors: readdirSync('/proc/self/fd').length, threads: readdirSync('/proc/self/task').length };
}

await cycle();
const first = count();
for (let i = 1; i < Number(cycles); i++) await cycle();
console.log(JSON.stringify({ first, last: count() }));
