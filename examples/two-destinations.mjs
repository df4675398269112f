// Sends one camera by RTP to two receivers, or more, until Ctrl+C. Each frame is encoded once, and a receiver that is not
// there holds up nobody. What receives it: receive.py, receive-and-decode.mjs, and what the README has.
//
//   node examples/two-destinations.mjs
//   node examples/two-destinations.mjs --device auto --to 192.168.1.20:5000 --to 192.168.1.21:5000
import { parseArgs } from 'node:util';
import { Pipeline, RtpOutput } from 'pi-camera-streamer';

const { values } = parseArgs({
  options: {
    device: { type: 'string', default: 'test' }, // 'auto' is the first camera
    width: { type: 'string', default: '640' },
    height: { type: 'string', default: '480' },
    to: { type: 'string', multiple: true, default: ['127.0.0.1:5000', '127.0.0.1:5002'] },
  },
});

const destinations = values.to.map((destination) => {
  const [host, port] = destination.split(':');
  return { host, port: Number(port) };
});
const output = new RtpOutput({ destinations });

// It opens the camera again when that fails.
const pipeline = new Pipeline({
  name: 'camera',
  camera: { device: values.device, width: Number(values.width), height: Number(values.height) },
  outputs: [output],
});
pipeline.on('state', (state) => console.log(`${values.device} is ${state}`));
pipeline.on('warning', (error) => console.warn(error.code, error.message));
process.once('SIGINT', () => pipeline.stop());
await pipeline.run();

for (const { destination, framesSent } of output.statistics().destinations) {
  console.log(`${framesSent} frames to ${destination}`);
}
if (pipeline.state === 'failed') throw pipeline.error;
