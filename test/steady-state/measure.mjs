// A process of its own: streams the test pattern and prints what 1000 frames cost the JavaScript heap.
//   node --expose-gc --min-semi-space-size=64 --max-semi-space-size=64 measure.mjs MTU PORT
// JavaScript, and from dist/, so that nothing but the product is measured.
import { PerformanceObserver } from 'node:perf_hooks';
import { Pipeline, RtpOutput } from '../../dist/index.js';

const [mtu = 1400, port = 5000] = process.argv.slice(2).map(Number);
// The compiler's work is on the heap, too. It comes to rest some time after a collection, which throws code away.
const collectAtFrame = 1000;
const warmUpFrames = 3000;
const measuredFrames = 1000;

let collections = 0;
new PerformanceObserver((list) => (collections += list.getEntries().length)).observe({ entryTypes: ['gc'] });

function usage() {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { heapBytes: heapUsed, arrayBufferBytes: arrayBuffers, collections };
}

/** Looks at the heap at two frames; costs nothing in between. */
class Probe {
  destination = 'nowhere';
  before;
  after;
  #frames = 0;

  take() {
    this.#frames += 1;
    if (this.#frames === collectAtFrame) globalThis.gc();
    if (this.#frames === warmUpFrames) this.before = usage();
    if (this.#frames === warmUpFrames + measuredFrames) this.after = usage();
  }

  start() {
    return Promise.resolve();
  }

  close() {
    return Promise.resolve();
  }
}

const probe = new Probe();
const output = new RtpOutput({ host: '127.0.0.1', port, mtu });
const pipeline = new Pipeline({
  name: 'measured',
  camera: { device: 'test', fps: 400 },
  outputs: [output, probe],
  maxFrames: warmUpFrames + measuredFrames,
});
await pipeline.run();
const { before, after } = probe;
if (!before || !after || pipeline.error) throw pipeline.error ?? new Error('too few frames');
console.log(
  JSON.stringify({
    heapBytesPerFrame: (after.heapBytes - before.heapBytes) / measuredFrames,
    arrayBufferBytesPerFrame: (after.arrayBufferBytes - before.arrayBufferBytes) / measuredFrames,
    packetsPerFrame: output.statistics().destinations[0].socket.packetsSent / (warmUpFrames + measuredFrames),
    collections: after.collections - before.collections,
  }),
);
