// `npm run soak`: streams both virtual cameras for as long as is wanted while clients come and go and cameras fail, and
// looks at every frame and at what the process holds.
//   npm run soak -- --minutes 60
//   npm run soak -- --minutes 60 --seed 7    the same faults again
//   npm run soak -- --minutes 60 --json      the report as JSON
import { parseArgs } from 'node:util';
import { buildInDebian13 } from '../helpers/debian13.js';
import { goFirst } from '../helpers/two-cameras.js';
import { soak } from './soak.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error('--minutes is a number above 0');
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
await buildInDebian13();
goFirst();
process.stderr.write(`seed ${String(seed)}\n`);
const report = await soak({
  ...{ minutes, seed },
  onProgress: (line) => {
    process.stderr.write(`${line}\n`);
  },
});
process.stdout.write(`${JSON.stringify(report, undefined, values.json ? undefined : 2)}\n`);
for (const failure of report.failures) process.stderr.write(`FAILED: ${failure}\n`);
process.exitCode = report.failures.length > 0 ? 1 : 0;
