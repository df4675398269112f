// A program of its own that streams both cameras by the package's API. At SIGUSR2 a consumer of the first camera is bad
// for three seconds in some WAY.
//   node api-program.mjs PORT1 PORT2 WAY
import { Pipeline, RtpOutput } from '../../dist/index.js';

const [firstPort, secondPort, way] = process.argv.slice(2);
let badUntilMs = 0;

const ways = {
  throws: () => {
    throw new Error('on purpose');
  },
  'takes all of the JavaScript thread': () => {
    const endMs = performance.now() + 300;
    while (performance.now() < endMs);
  },
  'keeps every frame': (frame) => void kept.push(frame.retain()),
};
const kept = [];
const consumer = {
  destination: 'a consumer',
  start: () => Promise.resolve(),
  take: (frame) => {
    if (performance.now() < badUntilMs) ways[way]?.(frame);
  },
  close: () => Promise.resolve(),
};

// By the clock, because timers have to wait for a thread that has no time.
process.on('SIGUSR2', () => {
  badUntilMs = performance.now() + 3000;
  setTimeout(() => {
    for (const frame of kept.splice(0)) frame.release();
  }, 3000);
});

const pipelines = [firstPort, secondPort].map(
  (port, i) =>
    new Pipeline({
      name: `camera${i + 1}`,
      camera: { device: String(i), fps: 30 },
      outputs: [new RtpOutput({ host: '127.0.0.1', port: Number(port) }), ...(i === 0 ? [consumer] : [])],
    }),
);
const stop = () => pipelines.forEach((pipeline) => pipeline.stop());
process.once('SIGINT', stop);
await Promise.all(pipelines.map((pipeline) => pipeline.run()));
