#!/usr/bin/env node
// `npm run bench`: measures the streamer against other ways of doing the same. See docs/performance.md.
//   npm run bench -- --only cpu       one group, or several: --only cpu --only loss
//   npm run bench -- --runs 9         how often each measurement is repeated; the median counts
//   npm run bench -- --quick          few frames, one run: whether every row comes out, its numbers are worth nothing
//   npm run bench -- --long           memory over 100,000 frames too, some four minutes more
//   npm run -s bench -- --json        the table as JSON, and nothing else on standard output
import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { root } from '../scripts/run.mjs';
import * as cpu from './groups/cpu.mjs';
import * as departures from './groups/departures.mjs';
import * as latency from './groups/latency.mjs';
import * as loss from './groups/loss.mjs';
import * as packets from './groups/packets.mjs';
import * as previews from './groups/previews.mjs';
import * as receive from './groups/receive.mjs';
import * as resilience from './groups/resilience.mjs';
import * as streamer from './groups/streamer.mjs';
import * as viewers from './groups/viewers.mjs';
import * as webrtc from './groups/webrtc.mjs';
import { openSink } from './measure.mjs';
import { formatTable } from './table.mjs';

const groups = {
  cpu,
  packets,
  latency,
  departures,
  previews,
  loss,
  resilience,
  receive,
  streamer,
  webrtc,
  viewers,
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: Object.keys(groups) },
    runs: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const unknown = values.only.filter((name) => !(name in groups));
const runs = values.quick ? 1 : Number(values.runs);
if (unknown.length > 0 || !Number.isInteger(runs) || runs < 1) {
  console.error(
    unknown.length > 0 ? `No such group: ${unknown.join(', ')}` : '--runs takes a whole number from 1',
  );
  console.error(`Groups: ${Object.keys(groups).join(' ')}`);
  process.exit(2);
}

// Standard output is for the table.
const build = spawnSync(process.execPath, ['bench/build.mjs'], { cwd: root, stdio: ['ignore', 2, 2] });
if (build.status !== 0) process.exit(1);

const [load] = loadavg();
if (load > 1)
  console.error(`The machine is busy (load ${load}): what two threads do at a time looks worse than it is.`);
const sink = await openSink();
const rows = [];
for (const name of values.only) {
  const log = (text) => console.error(`${name}: ${text}`);
  rows.push(
    ...(await groups[name].run({ sinkPort: sink.port, runs, log, quick: values.quick, long: values.long })),
  );
}
await sink.close();
if (values.json) {
  const fields = rows.map(({ name, value, unit, reference, ratio }) => ({
    name,
    value,
    unit,
    reference,
    ratio,
  }));
  console.log(JSON.stringify(fields, undefined, 2));
} else {
  console.log(formatTable(rows));
}
