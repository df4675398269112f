// Streams as its argument says, and prints what came of it.
//   node stream.mjs '{"cameras": [{"camera": {...}, "output": {...}}, ...], "seconds": 5}'
// camera and output are the options of openCamera() and RtpOutput. Without cameras it does nothing for that time.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCamera, RtpOutput } from '../../dist/index.js';

const { cameras, seconds, warmUpSeconds = 0 } = JSON.parse(process.argv[2]);

/** Remembers when each frame was encoded. Attached behind the output, so that it holds nothing up. */
class EncodeTimes {
  frames = [];
  #camera;
  #lastUs = 0;

  constructor(camera) {
    this.#camera = camera;
  }

  take(frame) {
    // The next frame is not encoded yet: the difference is this one's.
    const { encodeTimeUs } = this.#camera.statistics();
    this.frames.push({
      captureTimeUs: frame.captureTimeUs,
      encodedTimeUs: frame.encodedTimeUs,
      encodeUs: encodeTimeUs - this.#lastUs,
    });
    this.#lastUs = encodeTimeUs;
  }
}

const streams = await Promise.all(
  cameras.map(async (options) => {
    const camera = await openCamera(options.camera);
    const output = new RtpOutput(options.output);
    await output.start();
    return { camera, output, times: new EncodeTimes(camera) };
  }),
);
await Promise.all(
  streams.map(async ({ camera, output, times }) => {
    await camera.attach(output);
    await camera.attach(times);
  }),
);
await sleep(warmUpSeconds * 1000);
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
await sleep(seconds * 1000);
delay.disable();
for (const { camera } of streams) await camera.close();
for (const { output } of streams) await output.close();
console.log(
  JSON.stringify({
    eventLoopDelayP99Ms: delay.percentile(99) / 1e6,
    streams: streams.map(({ camera, output, times }) => ({
      capture: camera.statistics(),
      output: output.statistics(),
      frames: times.frames,
    })),
  }),
);
