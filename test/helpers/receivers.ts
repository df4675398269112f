import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ChromaSampling } from '../../lib/jpeg/index.js';
import { ffmpegLayout, gstreamerLayout, type RawLayout } from './planes.js';
import { isListening } from './ports.js';
import { runToEnd, start, until, type RunningProcess } from './processes.js';

// The receiver must not be what loses: room for several frames at once.
const receiveBufferBytes = 4 * 1024 * 1024;

/** Makes sure that receivers get the socket buffer they ask for. */
export function requireReceiveBuffers(): void {
  const file = '/proc/sys/net/core/rmem_max';
  if (Number(readFileSync(file, 'utf8')) >= receiveBufferBytes) return;
  try {
    writeFileSync(file, String(receiveBufferBytes));
  } catch (error) {
    throw new Error(`these tests need root, or: sysctl -w net.core.rmem_max=${String(receiveBufferBytes)}`, {
      cause: error,
    });
  }
}

/** A real receiver of RTP/JPEG that writes the pictures it decodes to a file. */
export interface Receiver {
  readonly process: RunningProcess;
  readonly port: number;
  readonly output: string;
  /** Of the pictures in the file. */
  layout(width: number, height: number, sampling: ChromaSampling): RawLayout;
  /** The same decoder on files of the folder: 0.jpg, 1.jpg, ... */
  decode(folder: string, output: string): Promise<unknown>;
}

const jpegCaps = 'application/x-rtp,encoding-name=JPEG,payload=26';

/**
 * udpsrc ! rtpjpegdepay ! a decoder: jpegdec, which users have, for 4:2:0; avdec_mjpeg for 4:2:2, because jpegdec
 * drops half of its chroma rows.
 */
export async function startGstreamer(
  port: number,
  folder: string,
  sampling: ChromaSampling,
): Promise<Receiver> {
  const decoder = sampling === '4:2:0' ? ['jpegdec'] : ['avdec_mjpeg'];
  const output = path.join(folder, `gstreamer-${String(port)}.yuv`);
  const process = start('gst-launch-1.0', [
    ...[
      '-q',
      'udpsrc',
      `port=${String(port)}`,
      `buffer-size=${String(receiveBufferBytes)}`,
      `caps=${jpegCaps}`,
    ],
    ...[
      '!',
      'rtpjpegdepay',
      '!',
      ...decoder,
      '!',
      'filesink',
      'buffer-mode=unbuffered',
      `location=${output}`,
    ],
  ]);
  await untilReady('GStreamer', process, port);
  return {
    process,
    port,
    output,
    layout: gstreamerLayout,
    decode: (jpegs, decoded) =>
      runToEnd('gst-launch-1.0', [
        ...['-q', 'multifilesrc', `location=${jpegs}/%d.jpg`, 'caps=image/jpeg,framerate=1/1'],
        ...['!', ...decoder, '!', 'filesink', `location=${decoded}`],
      ]),
  };
}

/** ffmpeg -i SDP, without a change of rate or format. Writes a picture when the next one begins. */
export async function startFfmpeg(port: number, folder: string): Promise<Receiver> {
  const output = path.join(folder, `ffmpeg-${String(port)}.yuv`);
  const sdp = path.join(folder, `${String(port)}.sdp`);
  const lines = [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    's=test',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=video ${String(port)} RTP/AVP 26`,
  ];
  writeFileSync(sdp, lines.map((line) => `${line}\r\n`).join(''));
  const raw = ['-fps_mode', 'passthrough', '-f', 'rawvideo', '-flush_packets', '1', '-y'];
  const quiet = ['-hide_banner', '-nostdin', '-loglevel', 'warning'];
  const process = start('ffmpeg', [
    ...[...quiet, '-protocol_whitelist', 'file,udp,rtp', '-buffer_size', String(receiveBufferBytes)],
    ...['-fpsprobesize', '0', '-analyzeduration', '1', '-i', sdp, ...raw, output],
  ]);
  await untilReady('FFmpeg', process, port);
  return {
    process,
    port,
    output,
    layout: ffmpegLayout,
    decode: (jpegs, decoded) =>
      runToEnd('ffmpeg', [...quiet, '-start_number', '0', '-i', `${jpegs}/%d.jpg`, ...raw, decoded]),
  };
}

async function untilReady(name: string, process: RunningProcess, port: number): Promise<void> {
  await until(`${name} on port ${String(port)}`, () => {
    if (process.child.exitCode !== null) throw new Error(`${name} ended: ${process.stderr()}`);
    return isListening(port);
  });
}

/** Waits until the receiver has written this many bytes, then ends it. */
export async function finish(receiver: Receiver, bytes: number): Promise<void> {
  const size = (): number => statSync(receiver.output, { throwIfNoEntry: false })?.size ?? 0;
  try {
    await until(`${String(bytes)} bytes`, () => size() >= bytes);
  } finally {
    receiver.process.child.kill('SIGKILL'); // FFmpeg would wait for another packet first
    await receiver.process.exited;
  }
}
