// `npm run fuzz`: feeds damaged input to every parser of what the network brings, and watches time and memory.
//   npm run fuzz -- --packets 10000000
//   npm run fuzz -- --seed 7          the same input again
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.js';

const { values } = parseArgs({
  options: { packets: { type: 'string', default: '10000000' }, seed: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const packets = Number(values.packets);
process.stdout.write(`seed ${String(seed)}\n`);
const beganMs = performance.now();
const result = fuzz(seed, packets, (done, memoryMb) => {
  const seconds = (performance.now() - beganMs) / 1000;
  process.stdout.write(
    `${String(done)} packets, ${seconds.toFixed(0)} s, ${memoryMb.toFixed(1)} MB in use\n`,
  );
});
process.stdout.write(`${JSON.stringify(result)}\n`);
const isGood = result.slowestCallMs <= 10 && result.memoryGrowthMb <= 50 && result.frames > 0;
if (!isGood)
  process.stdout.write('a call took more than 10 ms, memory grew by more than 50 MB, or no frame came\n');
process.exitCode = isGood ? 0 : 1;
