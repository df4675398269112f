// What real receivers decode is, byte for byte, what is in the encoder's own JPEG.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import {
  openCamera,
  RtpOutput,
  type CameraOptions,
  type EncodingSettings,
  type Frame,
} from '../../lib/index.js';
import type { QuantizationTables } from '../../lib/rtp/index.js';
import { makeClip, type Content } from '../helpers/content.js';
import { assertSamePlanes } from '../helpers/planes.js';
import { freeRtpPort } from '../helpers/ports.js';
import {
  finish,
  requireReceiveBuffers,
  startFfmpeg,
  startGstreamer,
  type Receiver,
} from '../helpers/receivers.js';
import { isFull } from '../helpers/full.js';
import { fullMatrix, pairwise } from '../helpers/matrix.js';

const frameCount = 10;
/** Behind those that are compared: FFmpeg writes a picture when the next one begins. */
const trailingFrames = 2;

const dimensions = {
  kind: ['test', 'photo'],
  size: ['640x480', '1920x1080', '642x482', '16x16', '2040x1080'],
  mtu: [576, 1400, 9000],
  sampling: ['4:2:0', '4:2:2'],
  quantizationTables: ['in-band', 'static', 'numbered'],
  encoding: ['whole', 'sub-frame', 'restart', 'restart, two threads'],
} as const;

const encodings: Readonly<Record<(typeof dimensions.encoding)[number], CameraOptions>> = {
  whole: {},
  'sub-frame': { subFrame: true },
  restart: { subFrame: true, restartInterval: 'auto' },
  'restart, two threads': { subFrame: true, restartInterval: 'auto', encodeThreads: 2 },
};

/** 100 has tables that are RFC 2435's for no Q: numbers of their own. */
const qualities: Readonly<Record<QuantizationTables, number>> = { 'in-band': 85, static: 85, numbered: 100 };

interface Case {
  readonly content: Content;
  readonly mtu: number;
  readonly quantizationTables: QuantizationTables;
  readonly encoding: CameraOptions;
}

const combinations = isFull ? fullMatrix(dimensions) : pairwise(dimensions);

before(() => {
  requireReceiveBuffers();
});

for (const { kind, size, mtu, sampling, quantizationTables, encoding } of combinations) {
  const [width = 0, height = 0] = size.split('x').map(Number);
  const name = `${kind} ${size} ${sampling} mtu ${String(mtu)} tables ${quantizationTables} ${encoding}`;
  test(`${name}: GStreamer and FFmpeg decode every frame exactly`, { timeout: 60_000 }, async () => {
    const content = { kind, width, height, sampling };
    const quality = qualities[quantizationTables];
    // Frames of quality 100 are several times as large, and the receivers are not what is tested.
    const options = { ...encodings[encoding], quality, fps: quality === 100 ? 5 : 20 };
    await checkExact({ content, mtu, quantizationTables, encoding: options });
  });
}

async function checkExact({ content, mtu, quantizationTables, encoding }: Case): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcs-interop-'));
  const receivers = [
    await startGstreamer(await freeRtpPort(), folder, content.sampling),
    await startFfmpeg(await freeRtpPort(), folder),
  ];
  try {
    const profile = encoding.restartInterval === undefined ? 'universal' : 'restart';
    const outputs = receivers.map(
      ({ port }) => new RtpOutput({ host: '127.0.0.1', port, mtu, profile, quantizationTables }),
    );
    const jpegs = await streamFrames(content, encoding, outputs);
    const { width, height } = content;
    const [carriedWidth, carriedHeight] = [Math.ceil(width / 8) * 8, Math.ceil(height / 8) * 8];
    for (const receiver of receivers) {
      const sent = receiver.layout(width, height, content.sampling);
      const received = receiver.layout(carriedWidth, carriedHeight, content.sampling);
      await finish(receiver, frameCount * received.frameBytes);
      const expected = await decodeOwn(receiver, jpegs, folder);
      const actual = readFileSync(receiver.output);
      const encoded = frameCount + trailingFrames;
      assert.equal(expected.length, encoded * sent.frameBytes, 'all frames that were encoded are there');
      for (let i = 0; i < frameCount; i++) {
        const own = expected.subarray(i * sent.frameBytes, (i + 1) * sent.frameBytes);
        const other = actual.subarray(i * received.frameBytes, (i + 1) * received.frameBytes);
        assertSamePlanes(own, sent, other, received, `frame ${String(i)}`);
      }
    }
  } finally {
    for (const { process } of receivers) process.child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

/** The test pattern comes from the source itself where that makes 4:2:0; all else is played from a file. */
async function streamFrames(
  content: Content,
  encoding: CameraOptions,
  outputs: readonly RtpOutput[],
): Promise<Uint8Array[]> {
  const { width, height } = content;
  const isPattern = content.kind === 'test' && content.sampling === '4:2:0';
  const device = isPattern ? 'test' : `file:${await makeClip(content)}`;
  const options = { device, width, height, colorRange: 'full', ...encoding } as const;
  const camera = await openCamera(options);
  await Promise.all(outputs.map((output) => output.start()));
  const jpegs: Uint8Array[] = [];
  await new Promise<void>((resolve, reject) => {
    camera.on('failure', reject);
    const take = (frame: Frame): void => {
      if (jpegs.length === frameCount + trailingFrames) return;
      for (const output of outputs) output.take(frame);
      jpegs.push(frame.copy().data);
      if (jpegs.length === frameCount + trailingFrames) resolve();
    };
    const takePart = (frame: Frame): void => {
      if (jpegs.length === frameCount + trailingFrames) return;
      for (const output of outputs) output.takePart(frame);
    };
    const adjust = (settings: EncodingSettings): void => {
      for (const output of outputs) output.adjust(settings);
    };
    camera.attach({ take, takePart, adjust }).catch(reject);
  });
  await camera.close();
  await Promise.all(outputs.map((output) => output.close()));
  return jpegs;
}

async function decodeOwn(receiver: Receiver, jpegs: readonly Uint8Array[], folder: string): Promise<Buffer> {
  const decoded = path.join(folder, 'own.yuv');
  for (const [i, jpeg] of jpegs.entries()) writeFileSync(path.join(folder, `${String(i)}.jpg`), jpeg);
  await receiver.decode(folder, decoded);
  return readFileSync(decoded);
}
