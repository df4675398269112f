// What encoding video costs, and what it looks like then, beside other encoders at the same bitrate. One thread each.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { cache, makeVideoClip, videoFrames } from '../content.mjs';
import { compareCpu, cProgram, row } from '../measure.mjs';

const sizes = [
  { width: 640, height: 480, bitrateBps: 1_000_000 },
  { width: 1280, height: 720, bitrateBps: 2_000_000 },
];
/** Of the range of ratios of decibels: a tenth of one, which nobody sees. */
const samePsnr = 1 - 0.1 / 37;

/** Names of contestants, which write to a file, or to nowhere to be measured. */
function contestants({ width, height, bitrateBps }) {
  const clip = makeVideoClip({ width, height });
  const bitrate = String(bitrateBps);
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-r', '30'];
  const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '300'];
  const rate = ['-b:v', bitrate, '-maxrate', bitrate, '-bufsize', String(bitrateBps / 2)];
  const own = (codec) => (frames, output) => [
    ...[cProgram('encode_video'), codec, clip, String(width), String(height), bitrate, String(frames)],
    ...(output ? [output] : []),
  ];
  const gstreamer = (encoder, muxer) => (frames, output) => [
    ...['gst-launch-1.0', '-q', 'filesrc', `location=${clip}`, `blocksize=${(width * height * 3) / 2}`],
    ...[`num-buffers=${frames}`, '!', 'rawvideoparse', 'format=i420', `width=${width}`, `height=${height}`],
    ...['framerate=30/1', '!', ...encoder.split(' '), '!'],
    ...(output ? [...muxer, 'filesink', `location=${output}`] : ['fakesink', 'sync=false']),
  ];
  const openh264enc = `openh264enc complexity=low rate-control=bitrate bitrate=${bitrate} gop-size=300 multi-thread=1`;
  // As ours: what is faster than that is another picture.
  const vp8enc =
    `vp8enc deadline=1 cpu-used=-8 threads=1 end-usage=cbr target-bitrate=${bitrate} keyframe-max-dist=300 static-threshold=1 ` +
    'min-quantizer=2 undershoot=100 overshoot=15 buffer-initial-size=500 buffer-optimal-size=600 buffer-size=1000';
  return {
    h264: own('h264'),
    x264: (frames, output) => [
      ...['ffmpeg', '-nostdin', '-loglevel', 'error', ...raw, '-i', clip, '-threads', '1', ...x264, ...rate],
      ...['-frames:v', String(frames), '-f', output ? 'h264' : 'null', '-y', output ?? '-'],
    ],
    openh264enc: gstreamer(openh264enc, []),
    vp8: own('vp8'),
    vp8enc: gstreamer(vp8enc, ['matroskamux', '!']),
  };
}

/** Of luma, in decibels, over all frames of the clip. */
function psnrOf(name, command, { width, height }) {
  const file = path.join(cache, `encoded-${name}`);
  mkdirSync(cache, { recursive: true });
  runToEnd(command(videoFrames, file));
  const clip = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`];
  const inputs = ['-r', '30', '-i', file, ...clip, '-r', '30', '-i', makeVideoClip({ width, height })];
  const compare = ['-lavfi', '[0:v][1:v]psnr', '-f', 'null', '-'];
  const report = runToEnd(['ffmpeg', '-nostdin', '-loglevel', 'info', ...inputs, ...compare]);
  if (!new RegExp(`frame= *${videoFrames} `).test(report))
    throw new Error(`${name}: not all frames came out`);
  return Number(/PSNR y:([\d.]+)/.exec(report)?.[1]);
}

function runToEnd([command, ...args]) {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stderr;
}

function rowsOf(codec, ours, peers, size, cpuUs, psnr) {
  const title = `${codec} ${size.width}x${size.height} at ${size.bitrateBps / 1e6} Mbit/s`;
  return peers.flatMap(([peer, who]) => [
    row(`${title}, CPU, against ${who}`, 'ms/frame', cpuUs[ours] / 1000, cpuUs[peer] / 1000, 1.1),
    row(
      `${title}, PSNR-Y, against ${who}`,
      ...['dB', psnr[ours], psnr[peer], samePsnr, (ratio) => ratio >= samePsnr],
    ),
  ]);
}

export function run({ runs, quick, log }) {
  return sizes.flatMap((size) => {
    const name = `${size.width}x${size.height}`;
    const all = contestants(size);
    log(`${name}, PSNR`);
    const psnr = Object.fromEntries(
      Object.entries(all).map(([who, command]) => [who, psnrOf(`${name}-${who}`, command, size)]),
    );
    const counts = quick ? { short: 5, long: 20 } : { short: 40, long: videoFrames };
    const commands = Object.entries(all).map(([who, command]) => [who, { command, ...counts }]);
    const cpuUs = compareCpu(Object.fromEntries(commands), runs, (text) => log(`${name}, ${text}`));
    const h264Peers = [
      ['x264', "FFmpeg's libx264 ultrafast zerolatency"],
      ['openh264enc', "GStreamer's openh264enc"],
    ];
    return [
      ...rowsOf('H.264', 'h264', h264Peers, size, cpuUs, psnr),
      ...rowsOf('VP8', 'vp8', [['vp8enc', "GStreamer's vp8enc"]], size, cpuUs, psnr),
    ];
  });
}
