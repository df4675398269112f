import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  openCamera,
  RtpOutput,
  type CameraOptions,
  type Frame,
  type RtpOutputOptions,
} from '../../lib/index.js';
import { receive, reassemble } from '../rtp/jpeg-stream.js';
import { Receiver } from './receiver.js';

/** Keeps copies of what a camera made: the entropy-coded scan, behind the last header. */
class Recorder {
  readonly scans: Buffer[] = [];

  take(frame: Frame): void {
    const file = Buffer.from(frame.data);
    const startOfScan = file.indexOf(Buffer.from([0xff, 0xda]));
    this.scans.push(file.subarray(startOfScan + 2 + file.readUInt16BE(startOfScan + 2)));
  }
}

interface Streamed {
  readonly output: RtpOutput;
  readonly scans: readonly Buffer[];
}

/** Streams some frames, and closes all. */
async function streamFrames(
  options: RtpOutputOptions,
  frames: number,
  camera: CameraOptions = {},
): Promise<Streamed> {
  const output = new RtpOutput({ rtcp: false, ...options });
  await output.start();
  const streamed = await streamInto(output, frames, camera);
  await output.close();
  return streamed;
}

/** Streams some frames into an output that goes on. */
async function streamInto(output: RtpOutput, frames: number, camera: CameraOptions): Promise<Streamed> {
  const source = await openCamera({ device: 'test', fps: 60, ...camera });
  const recorder = new Recorder();
  const enough = new Promise<void>((resolve) => {
    void source.attach({
      take: (frame) => {
        if (recorder.scans.length === frames) return;
        recorder.take(frame);
        output.take(frame);
        if (recorder.scans.length === frames) resolve();
      },
      takePart: (frame) => {
        if (recorder.scans.length < frames) output.takePart(frame);
      },
    });
  });
  await enough;
  await source.close();
  return { output, scans: recorder.scans };
}

/** What was received, put together frame by frame. */
function scansOf(receiver: Receiver): Buffer[] {
  const frames = new Map<number, ReturnType<typeof receive>[]>();
  for (const bytes of receiver.packets) {
    const packet = receive(bytes);
    frames.set(packet.rtp.rtpTimestamp, [...(frames.get(packet.rtp.rtpTimestamp) ?? []), packet]);
  }
  return [...frames.values()].map((packets) => {
    assert.deepEqual(
      packets.map(({ rtp }) => rtp.marker),
      packets.map((_, i) => i === packets.length - 1),
    );
    return Buffer.from(reassemble(packets));
  });
}

/** How long each frame took to come. */
function frameSpansMs(receiver: Receiver): number[] {
  const spans = new Map<number, [first: number, last: number]>();
  receiver.rtp().forEach(({ rtpTimestamp }, i) => {
    const nowMs = receiver.arrivalsMs[i] ?? 0;
    spans.set(rtpTimestamp, [spans.get(rtpTimestamp)?.[0] ?? nowMs, nowMs]);
  });
  return [...spans.values()].map(([first, last]) => last - first);
}

/** Asserts that sequence numbers follow each other. */
function assertContiguous(receiver: Receiver): void {
  const numbers = receiver.rtp().map(({ sequenceNumber }) => sequenceNumber);
  numbers.forEach((number, i) => {
    assert.equal(number, ((numbers[0] ?? 0) + i) & 0xffff);
  });
}

const large: CameraOptions = { width: 1920, height: 1080, fps: 20, quality: 95 };

for (const socket of ['native', 'dgram'] as const) {
  for (const mode of ['auto', 'off'] as const) {
    for (const subFrame of [true, false]) {
      test(`what leaves is what was encoded: ${socket}, pacing ${mode}, sub-frame ${String(subFrame)}`, async (t) => {
        const receiver = await Receiver.open(t);
        const options = { host: '127.0.0.1', port: receiver.port, socket, pacing: { mode } };
        const { output, scans } = await streamFrames(options, 6, { ...large, subFrame });
        const packets = output.statistics().destinations[0]?.socket?.packetsSent ?? 0;
        assert.ok(packets > 500, String(packets));
        await receiver.received(packets);
        assert.deepEqual(scansOf(receiver), scans);
        assertContiguous(receiver);
      });
    }
  }
}

test('a large frame leaves in several parts while it is being encoded, a small one as a whole', async () => {
  const partsOf = async (camera: CameraOptions): Promise<number> => {
    const source = await openCamera({ device: 'test', subFrame: true, ...camera });
    let parts = 0;
    let frames = 0;
    await new Promise<void>((resolve) => {
      void source.attach({
        takePart: () => (parts += 1),
        take: () => {
          if (++frames === 10) resolve();
        },
      });
    });
    await source.close();
    return parts / frames;
  };
  assert.ok((await partsOf(large)) > 1);
  assert.equal(await partsOf({ width: 160, height: 120, fps: 60 }), 0);
});

test('every destination gets the same packets, and one that does not resolve holds up nobody', async (t) => {
  const receivers = [await Receiver.open(t), await Receiver.open(t)] as const;
  const [first, second] = receivers;
  const output = new RtpOutput({
    host: '127.0.0.1',
    port: first.port,
    rtcp: false,
    destinations: [
      { host: '127.0.0.1', port: second.port },
      { host: 'no-such-host.invalid', port: 5000 },
    ],
  });
  await assert.rejects(output.start(), { code: 'ERR_HOST_NOT_FOUND' });
  const camera = await openCamera({ device: 'test', fps: 60 });
  await camera.attach(output);
  await Promise.all(receivers.map((receiver) => receiver.received(200)));
  await camera.close();
  await output.close();
  const count = Math.min(first.packets.length, second.packets.length);
  assert.deepEqual(first.packets.slice(0, count), second.packets.slice(0, count));
  const { destinations, framesSent } = output.statistics();
  assert.deepEqual(
    destinations.map((destination) => [destination.framesSent, destination.framesDroppedNotReady]),
    [
      [framesSent, 0],
      [framesSent, 0],
      [0, framesSent],
    ],
  );
});

test('pacing spreads a frame over time, and the schedule is kept account of', async (t) => {
  const receiver = await Receiver.open(t);
  const { output } = await streamFrames({ host: '127.0.0.1', port: receiver.port }, 10, large);
  const { departureErrors } = output.statistics().destinations[0]?.socket ?? {};
  assert.ok(departureErrors && departureErrors.p99Us >= departureErrors.p50Us);
  // Half of a frame's time, which is taken to be 33 ms at first. The last frame is sent at once, by close().
  const spansMs = frameSpansMs(receiver).slice(1, -1);
  // A frame that gets the processor late catches up; without pacing all of them take a millisecond or two.
  const spread = spansMs.filter((spanMs) => spanMs > 10);
  assert.ok(spansMs.length >= 8 && spread.length >= spansMs.length / 2, spansMs.join(' '));
  const unpaced = await streamFrames({ host: '127.0.0.1', port: receiver.port, pacing: { mode: 'off' } }, 3);
  assert.equal(unpaced.output.statistics().destinations[0]?.socket?.departureErrors, undefined);
});

test('with absCaptureTime the first packet of each frame has the extension, and the time is now', async (t) => {
  const receiver = await Receiver.open(t);
  await streamFrames({ host: '127.0.0.1', port: receiver.port, absCaptureTime: true }, 5);
  await receiver.received(5);
  const firsts = receiver.packets.filter((bytes) => ((bytes[0] ?? 0) & 0x10) !== 0);
  const frames = new Set(receiver.rtp().map(({ rtpTimestamp }) => rtpTimestamp));
  assert.equal(firsts.length, frames.size);
  for (const bytes of firsts) {
    assert.equal(bytes.readUInt32BE(12), 0xbede0003);
    assert.equal(bytes[16], 0x17);
    const unixSeconds = bytes.readUInt32BE(17) - 2_208_988_800 + bytes.readUInt32BE(21) / 2 ** 32;
    assert.ok(Math.abs(unixSeconds - Date.now() / 1000) < 10, String(unixSeconds));
  }
});

for (const [name, value] of [
  ['port', 0],
  ['localPort', 65536],
  ['mtu', 255],
  ['dscp', 64],
  ['ttl', 256],
  ['ssrc', -1],
] as const) {
  test(`${name} ${String(value)} is refused`, () => {
    assert.throws(() => new RtpOutput({ host: '127.0.0.1', port: 5000, [name]: value }), {
      code: 'ERR_INVALID_ARGUMENT',
      message: new RegExp(`^${name} is .*, not ${String(value)}$`),
    });
  });
}

test('a spread that is no part of a frame is refused', () => {
  for (const spread of [0, 1.1, Number.NaN]) {
    assert.throws(() => new RtpOutput({ host: '127.0.0.1', port: 5000, pacing: { spread } }), {
      message: `pacing.spread is 0.01..1, not ${String(spread)}`,
    });
  }
});

test('a camera that is closed in the middle of a frame leaves the output fit for the next one', async (t) => {
  const receiver = await Receiver.open(t);
  const output = new RtpOutput({ host: '127.0.0.1', port: receiver.port, rtcp: false });
  await output.start();
  for (let turn = 0; turn < 5; turn++) {
    const camera = await openCamera({ device: 'test', ...large, subFrame: true, slots: 3 });
    let parts = 0;
    await new Promise<void>((resolve) => {
      void camera.attach({
        take: (frame) => {
          output.take(frame);
        },
        takePart: (frame) => {
          output.takePart(frame);
          if (++parts === 10 + turn) resolve();
        },
        abandon: () => {
          output.abandon();
        },
      });
    });
    await camera.close();
  }
  await sleep(100);
  receiver.packets.length = 0; // frames that were not completed
  const { scans } = await streamInto(output, 4, { ...large, subFrame: true });
  await output.close();
  await sleep(100);
  assert.deepEqual(scansOf(receiver), scans);
});
