// `npm run fuzz`: feeds damaged input to every parser of what the network brings, and watches time and memory.
//   npm run fuzz -- --packets 10000000
//   npm run fuzz -- --seed 7          the same input again
//   npm run fuzz -- --streamer        attacks the whole running streamer instead, with one attacker after the other
//   npm run fuzz -- --streamer --only http,signalling --minutes 10 --seed 7 --json
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.js';
import { fuzzStreamer } from './streamer/fuzz-streamer.js';

const { values } = parseArgs({
  options: {
    packets: { type: 'string', default: '10000000' },
    seed: { type: 'string' },
    streamer: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    minutes: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);

function fuzzParsers(packets: number): boolean {
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
  return isGood;
}

const only = values.only.split(',').filter((name) => name !== '');
const options = { seed, minutes: Number(values.minutes), only, isJson: values.json };
const isGood = values.streamer ? await fuzzStreamer(options) : fuzzParsers(Number(values.packets));
process.exitCode = isGood ? 0 : 1;
