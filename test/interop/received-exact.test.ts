// What GStreamer, FFmpeg and our own sender stream arrives bit by bit.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test, type TestContext } from 'node:test';
import {
  openCamera,
  openReceiver,
  RtpOutput,
  type CameraOptions,
  type Receiver,
  type ReceiverOptions,
} from '../../lib/index.js';
import { makeClip, type Content } from '../helpers/content.js';
import { runToEnd, until } from '../helpers/processes.js';
import { freeRtpPort } from '../helpers/ports.js';
import { requireReceiveBuffers } from '../helpers/receivers.js';
import { assertSameJpeg } from '../helpers/same-jpeg.js';
import { temporaryFolder } from '../helpers/streamer.js';

const frames = 8;
type Sampling = Content['sampling'];

before(() => {
  requireReceiveBuffers();
});

/** A receiver that keeps copies of what comes. */
async function startReceiver(
  context: TestContext,
  options: Partial<ReceiverOptions> = {},
): Promise<{ readonly receiver: Receiver; readonly port: number; readonly jpegs: Uint8Array[] }> {
  const port = await freeRtpPort();
  const receiver = await openReceiver(`rtp://127.0.0.1:${String(port)}`, options);
  context.after(() => receiver.close());
  const jpegs: Uint8Array[] = [];
  receiver.on('frame', (frame) => jpegs.push(frame.copy()));
  return { receiver, port, jpegs };
}

/** Files as cjpeg makes them: 0.jpg and so on. */
async function makeJpegs(
  folder: string,
  content: Omit<Content, 'kind'>,
  restart: readonly string[] = [],
): Promise<void> {
  const clip = await makeClip({ kind: 'photo', ...content });
  await runToEnd('ffmpeg', [
    ...['-nostdin', '-loglevel', 'error', '-i', clip, '-frames:v', String(frames)],
    ...['-start_number', '0', path.join(folder, '%d.ppm')],
  ]);
  const sampling = content.sampling === '4:2:0' ? '2x2' : '2x1';
  for (let i = 0; i < frames; i++) {
    const file = path.join(folder, String(i));
    const output = ['-outfile', `${file}.jpg`, `${file}.ppm`];
    await runToEnd('cjpeg', ['-quality', '85', '-sample', sampling, ...restart, ...output]);
  }
}

/** The JPEGs in a folder, in the order of their numbers. */
function jpegsIn(folder: string): Uint8Array[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.jpg'));
  const number = (name: string): number => Number(/\d+/.exec(name)?.[0]);
  return names.sort((a, b) => number(a) - number(b)).map((name) => readFileSync(path.join(folder, name)));
}

async function assertReceived(
  { receiver, jpegs }: { readonly receiver: Receiver; readonly jpegs: readonly Uint8Array[] },
  sent: readonly Uint8Array[],
): Promise<void> {
  await until(`${String(sent.length)} frames`, () => jpegs.length >= sent.length).catch((error: unknown) => {
    throw new Error(JSON.stringify(receiver.statistics()), { cause: error });
  });
  assert.equal(jpegs.length, sent.length);
  for (const [i, jpeg] of sent.entries())
    assertSameJpeg(jpegs[i] ?? new Uint8Array(), jpeg, `frame ${String(i)}`);
  const { framesLost, framesConcealed, packetsLost } = receiver.statistics();
  assert.deepEqual([framesLost, framesConcealed, packetsLost], [0, 0, 0]);
}

interface GStreamerCase {
  readonly width: number;
  readonly height: number;
  readonly sampling: Sampling;
  readonly restart?: readonly string[];
}

const gstreamerCases: readonly GStreamerCase[] = [
  { width: 640, height: 480, sampling: '4:2:0' },
  { width: 640, height: 480, sampling: '4:2:2' },
  { width: 642, height: 482, sampling: '4:2:0' },
  { width: 2040, height: 2040, sampling: '4:2:0' },
  { width: 2592, height: 1944, sampling: '4:2:0' },
  { width: 640, height: 480, sampling: '4:2:0', restart: ['-restart', '1'] },
  { width: 640, height: 480, sampling: '4:2:2', restart: ['-restart', '7B'] },
];

describe('GStreamer', () => {
  for (const { width, height, sampling, restart = [] } of gstreamerCases) {
    const size = { width, height };
    const name = `${String(width)}x${String(height)} ${sampling} ${restart.join(' ')}`;
    test(name, { timeout: 60_000 }, async (context) => {
      const folder = temporaryFolder(context);
      await makeJpegs(folder, { ...size, sampling }, restart);
      const reception = await startReceiver(context, width > 2040 ? { size } : {});
      // A file with times: frames need RTP timestamps of their own.
      const movie = path.join(folder, 'movie.avi');
      await runToEnd('ffmpeg', [...inputOf(folder), '-c', 'copy', movie]);
      const source = ['filesrc', `location=${movie}`, '!', 'avidemux', '!', 'jpegparse'];
      const sink = ['udpsink', 'host=127.0.0.1', `port=${String(reception.port)}`];
      await runToEnd('gst-launch-1.0', ['-q', ...source, '!', 'rtpjpegpay', '!', ...sink]);
      await assertReceived(reception, jpegsIn(folder));
    });
  }
});

describe('our own sender', () => {
  for (const { width, sampling } of [
    { width: 640, sampling: '4:2:0' },
    { width: 640, sampling: '4:2:2' },
    { width: 2040, sampling: '4:2:0' },
  ] as const) {
    for (const profile of ['universal', 'restart'] as const) {
      test(`${String(width)} pixels, ${sampling}, ${profile}`, { timeout: 60_000 }, async (context) => {
        const height = width === 640 ? 480 : 2040;
        const clip = await makeClip({ kind: 'photo', width, height, sampling });
        const reception = await startReceiver(context);
        const output = new RtpOutput({ host: '127.0.0.1', port: reception.port, profile });
        await output.start();
        const file: CameraOptions = { device: `file:${clip}`, colorRange: 'full', fps: 10, loop: false };
        const restart: CameraOptions =
          profile === 'restart' ? { restartInterval: 'auto', encodeThreads: 2 } : {};
        const camera = await openCamera({ ...file, ...restart, subFrame: true });
        await camera.attach(output);
        const sent: Uint8Array[] = [];
        for await (const frame of camera.frames()) sent.push(frame.copy().data);
        await camera.close();
        await output.close();
        await assertReceived(reception, sent);
      });
    }
  }
});

describe('FFmpeg', () => {
  for (const sampling of ['4:2:0', '4:2:2'] as const) {
    test(`${sampling}, files`, { timeout: 60_000 }, async (context) => {
      const folder = temporaryFolder(context);
      await makeJpegs(folder, { width: 640, height: 480, sampling });
      const reception = await startReceiver(context);
      const to = `rtp://127.0.0.1:${String(reception.port)}`;
      await runToEnd('ffmpeg', [...inputOf(folder, '-re'), '-c', 'copy', '-f', 'rtp', to]);
      await assertReceived(reception, jpegsIn(folder));
    });
  }

  // Its encoder uses one quantization table for all. In 4:2:2 FFmpeg does not send what it encodes.
  test('4:2:0, its own encoder', { timeout: 60_000 }, async (context) => {
    const sent = temporaryFolder(context);
    const reception = await startReceiver(context);
    const clip = await makeClip({ kind: 'photo', width: 640, height: 480, sampling: '4:2:0' });
    const encoder = ['-c:v', 'mjpeg', '-huffman', 'default', '-pix_fmt', 'yuvj420p', '-q:v', '3'];
    const output = `[f=rtp]rtp://127.0.0.1:${String(reception.port)}|[f=image2]${sent}/%d.jpg`;
    await runToEnd('ffmpeg', [
      ...['-nostdin', '-loglevel', 'error', '-re', '-i', clip, '-frames:v', String(frames)],
      ...['-strict', '-1', ...encoder, '-map', '0:v', '-f', 'tee', output],
    ]);
    await assertReceived(reception, jpegsIn(sent));
  });
});

/** Options of FFmpeg for the JPEGs in a folder, ten a second. */
function inputOf(folder: string, ...options: readonly string[]): string[] {
  const files = ['-framerate', '10', '-start_number', '0', '-i', path.join(folder, '%d.jpg')];
  return ['-nostdin', '-loglevel', 'error', ...options, ...files];
}
