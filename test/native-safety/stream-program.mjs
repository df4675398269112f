// A process of its own that streams DEVICE, and ends in the middle of it in some WAY.
//   node stream-program.mjs DEVICE WAY
// Once frames come it prints `streaming`.
import { openCamera, Pipeline, RtpOutput } from '../../dist/index.js';

const [device, way] = process.argv.slice(2);

function fail() {
  throw new Error('on purpose');
}

const held = [];
const ways = {
  exit: () => process.exit(7),
  'uncaught exception': () => setTimeout(fail),
  'unhandled rejection': () => void Promise.reject(new Error('on purpose')),
  // The environment goes while frames are on loan, and the camera is never closed.
  'frames on loan': () => process.exit(7),
  'until killed': () => undefined,
};

async function streamTwoPipelines() {
  const pipelines = [0, 1].map(
    (i) =>
      new Pipeline({
        name: `camera${i}`,
        camera: { device: device === 'test' ? device : String(i), fps: 60 },
        outputs: [new RtpOutput({ host: '127.0.0.1', port: 9 })],
      }),
  );
  for (const pipeline of pipelines) void pipeline.run();
  await Promise.all(
    pipelines.map(
      (pipeline) =>
        new Promise((resolve) => pipeline.on('state', (state) => state === 'streaming' && resolve())),
    ),
  );
}

if (way === 'frames on loan') {
  const camera = await openCamera({ device, fps: 60 });
  for await (const frame of camera.frames()) {
    held.push(frame.retain());
    if (held.length === 2) break;
  }
} else {
  await streamTwoPipelines();
}
console.log('streaming');
ways[way]();
