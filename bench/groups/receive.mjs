// CPU of a receiver of two streams of 1920x1080, of whole processes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { makeClip } from '../content.mjs';
import { costOf, freePort, nodeProgram, row, takeTurns } from '../measure.mjs';

const caps = 'application/x-rtp,media=video,clock-rate=90000,encoding-name=JPEG,payload=26';

/** Percent of one core, start and end taken out by two lengths. */
function percentOf(command, [short, long]) {
  const [shortUs, longUs] = [short, long].map((seconds) => {
    const { userUs, systemUs } = costOf(command(seconds));
    return userUs + systemUs;
  });
  return (longUs - shortUs) / (long - short) / 1e4;
}

/** Streams to both ports until it is ended. */
function startStreams(ports, seconds) {
  const device = `file:${makeClip({ width: 1920, height: 1080 })}`;
  const camera = { device, fps: 30, colorRange: 'full', subFrame: true };
  const cameras = ports.map((port) => ({ camera, output: { host: '127.0.0.1', port, rtcp: false } }));
  const [command, ...args] = nodeProgram('stream.mjs', JSON.stringify({ cameras, seconds }));
  return spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

export async function run({ quick, runs, log }) {
  const ports = [await freePort(), await freePort()];
  const lengths = quick ? [1, 2] : [3, 8];
  const pipelines = ports.flatMap((port) => [
    ...['udpsrc', `port=${port}`, 'buffer-size=4194304', `caps=${caps}`],
    ...['!', 'rtpjitterbuffer', '!', 'rtpjpegdepay', '!', 'fakesink'],
  ]);
  const commands = {
    ours: (seconds) => nodeProgram('receive-two.mjs', ...[...ports, seconds].map(String)),
    // timeout fails when it has to end something, which it does.
    gstreamer: (seconds) => [
      ...['sh', '-c', 'timeout -s INT "$@" || true', 'timeout', String(seconds)],
      ...['gst-launch-1.0', '-q', ...pipelines],
    ],
  };
  const streams = startStreams(ports, 3600);
  const percent = takeTurns(commands, runs, log, (command) => percentOf(command, lengths));
  streams.kill('SIGTERM');
  await once(streams, 'close');
  return [
    row('receive 2 x 1920x1080 at 30/s, against GStreamer', '% CPU', percent.ours, percent.gstreamer, 1.5),
  ];
}
