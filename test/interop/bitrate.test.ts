// The bitrate of real frames: a camera whose pictures change from flat to detailed and back.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { openCamera, RtpOutput, type CameraOptions, type Frame } from '../../lib/index.js';
import type { RateStatistics } from '../../lib/outputs/rtp/index.js';
import { writeFile } from '../camera/helpers.js';
import { Receiver } from '../outputs/receiver.js';

const [width, height, fps] = [192, 144, 50];
const seconds = { flat: 2, detailed: 5 };
const framesOf = { flat: seconds.flat * fps, detailed: seconds.detailed * fps };

/** A .y4m of full range in 4:2:0: flat, then detailed with a little noise that is new in each frame, then flat. */
function clip(): Buffer {
  const luma = width * height;
  const head = `YUV4MPEG2 W${String(width)} H${String(height)} F${String(fps)}:1 C420jpeg XCOLORRANGE=FULL\n`;
  const frames = Array.from({ length: 2 * framesOf.flat + framesOf.detailed }, (_, frame) => {
    const picture = Buffer.alloc(6 + (luma * 3) / 2, 128);
    picture.write('FRAME\n');
    const isDetailed = frame >= framesOf.flat && frame < framesOf.flat + framesOf.detailed;
    for (let i = 0; i < luma; i++) {
      const [x, y] = [i % width, Math.floor(i / width)];
      // Integers only: fine stripes, and what looks like chance.
      const grain = ((i * 7919 + frame * 104_729) % 9973) % 32;
      picture[6 + i] = isDetailed ? 96 + ((x * y) % 64) + grain : (x + y) / 4;
    }
    return picture;
  });
  return Buffer.concat([Buffer.from(head), ...frames]);
}

interface Second {
  readonly kbps: number;
  /** When it began, after the first packet. */
  readonly beginMs: number;
}

/** The bitrate of every second that begins with a packet, with the headers of UDP and IPv4. */
function bitrates({ packets, arrivalsMs }: Receiver): Second[] {
  const [firstMs = 0] = arrivalsMs;
  let bytes = 0;
  let next = 0;
  return arrivalsMs.map((beginMs, i) => {
    for (; next < packets.length && (arrivalsMs[next] ?? 0) < beginMs + 1000; next++) {
      bytes += (packets[next]?.length ?? 0) + 28;
    }
    const kbps = (bytes * 8) / 1000;
    bytes -= (packets[i]?.length ?? 0) + 28;
    return { kbps, beginMs: beginMs - firstMs };
  });
}

interface Sent {
  readonly seconds: readonly Second[];
  readonly qualities: readonly number[];
  readonly statistics: RateStatistics | undefined;
  /** Between two frames. */
  readonly longestStepUs: number;
}

async function sendClip(t: TestContext, maxBitrateKbps: number, options: CameraOptions): Promise<Sent> {
  const receiver = await Receiver.open(t);
  const rate = { maxBitrateKbps };
  const profile = 'restartInterval' in options ? 'restart' : 'universal';
  const output = new RtpOutput({ host: '127.0.0.1', port: receiver.port, rtcp: false, rate, profile });
  await output.start();
  const device = `file:${writeFile(t, 'clip.y4m', clip())}`;
  const camera = await openCamera({ device, loop: false, quality: 85, ...options });
  const qualities: number[] = [];
  let lastTimeUs = Infinity;
  let longestStepUs = 0;
  const take = ({ quality, captureTimeUs }: Frame): void => {
    qualities.push(quality);
    longestStepUs = Math.max(longestStepUs, captureTimeUs - lastTimeUs);
    lastTimeUs = captureTimeUs;
  };
  const ended = new Promise<void>((resolve) => camera.once('end', resolve));
  await camera.attach({ take });
  await camera.attach(output);
  await ended;
  await camera.close();
  await output.close();
  const { rate: statistics } = output.statistics();
  t.diagnostic(JSON.stringify({ ...statistics, longestStepUs }));
  return { seconds: bitrates(receiver), qualities, statistics, longestStepUs };
}

for (const options of [{}, { subFrame: true, restartInterval: 'auto' }] as const satisfies CameraOptions[]) {
  test(`the bitrate of a real camera keeps to its bound: ${JSON.stringify(options)}`, async (t) => {
    const maxBitrateKbps = 1500;
    let sent = await sendClip(t, maxBitrateKbps, options);
    // The controller sees a machine that is held up as frames that need less, and then more.
    for (let i = 0; i < 2 && sent.longestStepUs > 1_500_000 / fps; i++) {
      const again = await sendClip(t, maxBitrateKbps, options);
      if (again.longestStepUs < sent.longestStepUs) sent = again;
    }
    const { qualities, statistics } = sent;

    const changesMs = [0, seconds.flat * 1000, (seconds.flat + seconds.detailed) * 1000];
    const graceMs = (10 * 1000) / fps;
    const counting = sent.seconds.filter(({ beginMs }) =>
      changesMs.every((changeMs) => beginMs >= changeMs + graceMs || beginMs + 1000 <= changeMs),
    );
    const busiest = Math.max(...counting.map(({ kbps }) => kbps));
    assert.ok(busiest <= 1.1 * maxBitrateKbps, String(busiest));

    const steady = counting.filter(
      ({ beginMs }) =>
        beginMs > seconds.flat * 1000 + 2000 && beginMs < (seconds.flat + seconds.detailed - 1) * 1000,
    );
    const used = steady.reduce((sum, { kbps }) => sum + kbps, 0) / steady.length / maxBitrateKbps;
    assert.ok(used >= 0.85, String(used));

    const detailed = qualities.slice(framesOf.flat + 2 * fps, framesOf.flat + framesOf.detailed);
    assert.ok(Math.max(...detailed) < 80, 'the bound was needed');
    assert.ok(Math.max(...detailed) - Math.min(...detailed) <= 5, detailed.join(' '));
    assert.equal(qualities.at(-1), 85);
    assert.ok((statistics?.framesSkipped ?? 0) <= 12);
  });
}
