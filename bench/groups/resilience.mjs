// What is left of a stream when packets are lost: the restart profile in our receiver, and, as other streamers do it,
// whole frames in GStreamer.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cache, makeClip } from '../content.mjs';
import { freePort, jsonOf, median, nodeProgram, row } from '../measure.mjs';

const lossPercents = [0.1, 1, 5];
const size = { width: 1280, height: 720 };
const caps = 'application/x-rtp,media=video,clock-rate=90000,encoding-name=JPEG,payload=26';

/** A child whose first line of output is a port. */
async function startWithPort(command) {
  const child = spawn(command[0], command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  while (!output.includes('\n')) await once(child.stdout, 'data');
  const [port] = output.split('\n');
  return { child, port: Number(port), rest: () => output.slice(port.length + 1) };
}

/** Streams to a port by a network that loses packets. Returns how many frames were sent. */
async function streamTo(port, percent, profile, seconds) {
  const network = await startWithPort(nodeProgram('lossy.mjs', String(port), String(percent)));
  const camera = { device: `file:${makeClip(size)}`, fps: 30, colorRange: 'full', quality: 85 };
  const output = { host: '127.0.0.1', port: network.port, rtcp: false };
  const restart = profile === 'restart' ? { restartInterval: 'auto' } : {};
  const stream = { camera: { ...camera, ...restart }, output: { ...output, profile } };
  const { streams } = jsonOf(nodeProgram('stream.mjs', JSON.stringify({ cameras: [stream], seconds })));
  await sleep(1200); // the last frame may be waited for
  network.child.kill('SIGTERM');
  await once(network.child, 'close');
  return streams[0].output.framesSent;
}

async function ours(percent, seconds) {
  const receiver = await startWithPort(nodeProgram('receive.mjs'));
  const sent = await streamTo(receiver.port, percent, 'restart', seconds);
  receiver.child.stdin.end();
  await once(receiver.child, 'close');
  const { framesComplete, framesConcealed, meanDamagedArea } = JSON.parse(receiver.rest());
  return { usable: (100 * (framesComplete + framesConcealed)) / sent, damaged: 100 * meanDamagedArea };
}

async function gstreamer(percent, seconds) {
  const file = path.join(cache, 'lossy.mjpeg');
  const port = await freePort();
  const source = ['udpsrc', `port=${port}`, 'buffer-size=4194304', `caps=${caps}`];
  const pipeline = [...source, '!', 'rtpjitterbuffer', 'latency=50', '!', 'rtpjpegdepay', '!'];
  const child = spawn('gst-launch-1.0', [
    '-q',
    ...pipeline,
    'filesink',
    'buffer-mode=unbuffered',
    `location=${file}`,
  ]);
  await sleep(1000); // until it listens
  const sent = await streamTo(port, percent, 'universal', seconds);
  child.kill('SIGINT');
  await once(child, 'close');
  const startOfImage = Buffer.from([0xff, 0xd8]);
  const bytes = readFileSync(file);
  rmSync(file);
  let frames = 0;
  for (let at = bytes.indexOf(startOfImage); at >= 0; at = bytes.indexOf(startOfImage, at + 2)) frames += 1;
  return (100 * frames) / sent;
}

export async function run({ quick, runs, log }) {
  const rows = [];
  for (const percent of lossPercents) {
    const results = { usable: [], damaged: [], whole: [] };
    for (let i = 0; i < Math.min(runs, 3); i++) {
      log(`${percent} % loss, run ${i + 1} of ${Math.min(runs, 3)}`);
      const seconds = quick ? 1 : 6;
      const { usable, damaged } = await ours(percent, seconds);
      results.usable.push(usable);
      results.damaged.push(damaged);
      results.whole.push(await gstreamer(percent, seconds));
    }
    const [usable, damaged, whole] = ['usable', 'damaged', 'whole'].map((name) => median(results[name]));
    const name = `1280x720, ${percent} % of packets lost`;
    rows.push(
      row(
        `${name}: usable frames, against whole ones by GStreamer`,
        '%',
        usable,
        whole,
        null,
        () => usable >= 100,
      ),
      row(`${name}: damaged area of a frame`, '%', damaged, null, 3 * percent),
    );
  }
  return rows;
}
