// CPU from raw frame to wire, of whole processes.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { cache, makeClip, makeRaw } from '../content.mjs';
import { compareCpu, cProgram, row } from '../measure.mjs';

// Ours begin late: V8 compiles what it has seen often, up to some thousand frames, and that is start-up as well.
const sizes = [
  { width: 640, height: 480, ours: [3000, 12000], c: [200, 6000], gstreamer: [100, 1400] },
  { width: 1920, height: 1080, ours: [500, 1900], c: [50, 900], gstreamer: [20, 200] },
];

/** The command line as users run it, with a file that says the rest. */
function ours(name, clip, port, camera, rtp) {
  const config = path.join(cache, `${name}.toml`);
  const lines = [
    '[camera1]',
    'paced = false',
    'loop = true',
    'color_range = "full"',
    ...camera,
    '[mjpeg-rtp]',
    ...rtp,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const options = ['-mode', 'mjpeg-rtp', '-config', config, '--log-level', 'error'];
  const stream = [...options, '--source', `file:${clip}`, '--dest', `127.0.0.1:${port}`];
  return (frames) => [process.execPath, 'dist/cli/main.js', ...stream, '--frames', String(frames)];
}

/** Frames from a file, as large as they are, so that none is put together from pieces. */
function gstreamer(file, format, { width, height }, ...elements) {
  const blocksize = `blocksize=${(width * height * 3) / 2}`;
  const caps = [`format=${format}`, `width=${width}`, `height=${height}`, 'framerate=30/1'];
  return (frames) => [
    ...['gst-launch-1.0', '-q', 'filesrc', `location=${file}`, blocksize, `num-buffers=${frames}`],
    ...['!', 'rawvideoparse', ...caps, ...elements.flatMap((element) => ['!', ...element.split(' ')])],
  ];
}

function contestants(size, port, quick) {
  const clip = makeClip(size);
  // jpegenc's own default is ifast, which is not the same picture (and slower where there is AVX2).
  const jpegenc = 'jpegenc quality=85 idct-method=islow';
  const flip = ['videoflip method=vertical-flip', 'videoconvert'];
  const raw = (format) => makeRaw({ ...size, format, frames: size.gstreamer[1] });
  const whole = ['pacing = "off"', 'sub_frame = false'];
  const counts = ([short, long]) => (quick ? { short: 5, long: 15 } : { short, long });
  const commands = {
    ours: ours('whole', clip, port, [], whole),
    flipped: ours('flipped', clip, port, ['flip_method = "vertical-flip"'], whole),
    paced: ours('paced', clip, port, [], []),
    c: (frames) => [cProgram('encode_send'), clip, String(port), String(frames)],
    gstreamer: gstreamer(
      ...[raw('i420'), 'i420', size, jpegenc],
      ...['rtpjpegpay mtu=1400', `udpsink host=127.0.0.1 port=${port} sync=false`],
    ),
    go: gstreamer(raw('nv12'), 'nv12', size, ...flip, jpegenc, 'fdsink fd=1 sync=false'),
  };
  return Object.fromEntries(
    Object.entries(commands).map(([name, command]) => [
      name,
      { command, ...counts(size[name] ?? (name === 'go' ? size.gstreamer : size.ours)) },
    ]),
  );
}

export function run({ sinkPort, quick, runs, log }) {
  return sizes.flatMap((size) => {
    const name = `${size.width}x${size.height}`;
    const us = compareCpu(contestants(size, sinkPort, quick), runs, (text) => log(`${name}, ${text}`));
    const unit = 'us/frame';
    return [
      row(`CPU ${name}, against the bare C loop`, unit, us.ours, us.c, 1.15),
      row(`CPU ${name}, against GStreamer`, unit, us.ours, us.gstreamer, 1, (ratio) => ratio < 1),
      row(`CPU ${name} flipped, against the Go system's GStreamer part`, unit, us.flipped, us.go, 0.7),
      row(`CPU ${name} paced and sub-frame, against the bare C loop`, unit, us.paced, us.c, 1.3),
    ];
  });
}
