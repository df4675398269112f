// Streams a camera by RTP until Ctrl+C, with figures of your choice for Prometheus at /metrics. The command
// pi-camera-streamer has its own; this is for programs of yours. It exports by prom-client, which a project of your own
// needs to have: npm install prom-client.
//
//   node examples/prometheus.mjs
//   node examples/prometheus.mjs --device auto --to 192.168.1.20:5000 --port 9101
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { Pipeline, RtpOutput } from 'pi-camera-streamer';
import { Counter, Gauge, register } from 'prom-client';

const { values } = parseArgs({
  options: {
    device: { type: 'string', default: 'test' }, // 'auto' is the first camera
    to: { type: 'string', default: '127.0.0.1:5000' },
    port: { type: 'string', default: '9101' }, // of /metrics; 0: any that is free
  },
});

const [host, port] = values.to.split(':');
const output = new RtpOutput({ host, port: Number(port) });
const pipeline = new Pipeline({ name: 'camera', camera: { device: values.device }, outputs: [output] });

/** The API counts anyway: its figures are read when somebody asks. Before the camera is open some are not there. */
function count(name, help, read) {
  new Counter({
    name,
    help,
    collect() {
      this.reset();
      this.inc(read() ?? 0);
    },
  });
}

count(
  'camera_frames_captured_total',
  'Frames that the camera delivered.',
  () => pipeline.captureStatistics.captured,
);
count('camera_frames_encoded_total', 'Frames that were encoded.', () => pipeline.captureStatistics.encoded);
count('camera_frames_sent_total', 'Frames that were sent.', () => output.statistics().framesSent);
count('camera_restarts_total', 'How often the camera was opened again.', () => pipeline.restarts);
new Gauge({
  name: 'camera_streaming',
  help: 'Whether frames come: 1 or 0.',
  collect() {
    this.set(pipeline.state === 'streaming' ? 1 : 0);
  },
});

const server = createServer(async (_request, response) => {
  response.setHeader('content-type', register.contentType).end(await register.metrics());
});
server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/metrics`);
});
process.once('SIGINT', () => pipeline.stop());
await pipeline.run();
server.close();
if (pipeline.state === 'failed') throw pipeline.error;
