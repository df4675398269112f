// How much later than planned bursts leave while nine clients watch one of the two cameras over HTTP.
import { setTimeout as sleep } from 'node:timers/promises';
import { withPrograms } from '../background.mjs';
import { makeClip } from '../content.mjs';
import { cProgram, median, nodeProgram, row } from '../measure.mjs';
import { upperEdge } from './departures.mjs';
import { twoCameras } from './streamer.mjs';

const fps = 30;
const warmUpSeconds = 3;

async function ours(startOne, clip, sinkPort, seconds) {
  const options = ['--web-port', '0', '--log-level', 'info'];
  const streamer = startOne([...twoCameras(clip, sinkPort, fps), ...options], /"url":"[^"]+:(\d+)\/"/);
  const port = await streamer.found;
  startOne(nodeProgram('preview-clients.mjs', port, '/stream/camera1.mjpg'));
  const ask = async (method, path) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  };
  // Until code is compiled; sockets that are opened then count anew.
  await sleep(warmUpSeconds * 1000);
  await ask('POST', '/api/cameras/stop');
  await ask('POST', '/api/cameras/start');
  await sleep(seconds * 1000);
  const { statistics } = await ask('GET', '/api/stats');
  const { camera1, camera2 } = statistics.cameras;
  if (camera1.previews !== 9) throw new Error(`${camera1.previews} clients in place of 9`);
  return (camera1.departureErrorP99Us + camera2.departureErrorP99Us) / 2;
}

async function c(startOne, clip, sinkPort, seconds) {
  const server = startOne(nodeProgram('preview-server.mjs', clip, String(fps)), /(\d+)\n/);
  startOne(nodeProgram('preview-clients.mjs', await server.found, '/'));
  const loop = startOne([cProgram('departures'), clip, ...[sinkPort, seconds, fps].map(String)]);
  await loop.exited;
  return upperEdge(JSON.parse(loop.output()).p99Us);
}

async function measure({ width, height }, { sinkPort, quick, runs, log }) {
  const clip = makeClip({ width, height });
  const seconds = quick ? 3 : 15;
  const p99Us = { ours: [], c: [] };
  for (let i = 0; i < runs; i++) {
    log(`${width}x${height}, run ${i + 1} of ${runs}`);
    p99Us.ours.push(await withPrograms((startOne) => ours(startOne, clip, sinkPort, seconds)));
    p99Us.c.push(await withPrograms((startOne) => c(startOne, clip, sinkPort, seconds)));
  }
  return row(
    `departure error p99, 2 x ${width}x${height} at 30/s with 9 clients over HTTP, against clock_nanosleep`,
    'us',
    median(p99Us.ours),
    median(p99Us.c),
    1.5,
  );
}

export async function run(context) {
  const sizes = [
    { width: 640, height: 480 },
    { width: 1920, height: 1080 },
  ];
  const rows = [];
  for (const size of sizes) rows.push(await measure(size, context));
  return rows;
}
