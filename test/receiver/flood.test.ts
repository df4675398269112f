// Who sends random packets to the receiver's port does not get its stream.
import assert from 'node:assert/strict';
import path from 'node:path';
import { before, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCamera, openReceiver, RtpOutput, type Receiver } from '../../lib/index.js';
import { freeRtpPort } from '../helpers/ports.js';
import { start, until } from '../helpers/processes.js';
import { requireReceiveBuffers } from '../helpers/receivers.js';

before(() => {
  requireReceiveBuffers();
});

/** The test pattern, 30 times a second, on its way to a receiver. */
async function startStream(context: TestContext): Promise<{ receiver: Receiver; sequences: number[] }> {
  const receiver = await openReceiver({ address: '127.0.0.1', port: await freeRtpPort() }, { rtcp: false });
  const camera = await openCamera({ device: 'test', fps: 30 });
  const output = new RtpOutput({ host: '127.0.0.1', port: receiver.port, rtcp: false });
  await output.start();
  const sequences: number[] = [];
  receiver.on('frame', ({ rtpTimestamp }) => sequences.push(rtpTimestamp));
  await camera.attach(output);
  context.after(async () => {
    await camera.close();
    await output.close();
    await receiver.close();
  });
  await until('frames', () => sequences.length > 10);
  return { receiver, sequences };
}

/** Resolves with how many packets it has sent. */
async function flood(context: TestContext, port: number, rate: number, seconds: number): Promise<number> {
  const script = path.join(import.meta.dirname, 'flood.ts');
  const child = start(process.execPath, ['--import', 'tsx', script, ...[port, rate, seconds].map(String)]);
  context.after(() => child.child.kill('SIGKILL'));
  assert.equal(await child.exited, 0, child.stderr());
  return Number(child.stdout());
}

/** Frames are 3000 ticks apart: how many are missing between the first and the last. */
function missing(rtpTimestamps: readonly number[]): number {
  const span = ((rtpTimestamps.at(-1) ?? 0) - (rtpTimestamps[0] ?? 0)) >>> 0;
  return Math.round(span / 3000) + 1 - rtpTimestamps.length;
}

test('20,000 random packets a second: no frame is lost', { timeout: 60_000 }, async (context) => {
  const { receiver, sequences } = await startStream(context);
  const sent = await flood(context, receiver.port, 20_000, 3);
  await sleep(200);
  const { framesLost, packetsForeign, packetsMalformed } = receiver.statistics();
  assert.ok(sent > 40_000, String(sent));
  assert.ok(packetsForeign + packetsMalformed > 0.9 * sent);
  assert.deepEqual([framesLost, missing(sequences)], [0, 0], JSON.stringify(receiver.statistics()));
});

test(
  '200,000 a second: memory stays, and the stream is whole a second later',
  { timeout: 60_000 },
  async (context) => {
    const { receiver, sequences } = await startStream(context);
    const before = process.memoryUsage().rss;
    await flood(context, receiver.port, 200_000, 3);
    const grownMb = (process.memoryUsage().rss - before) / 2 ** 20;
    assert.ok(grownMb < 100, `${grownMb.toFixed(0)} MB`);
    await sleep(1000);
    sequences.length = 0;
    const { framesLost } = receiver.statistics();
    await until('30 frames', () => sequences.length >= 30);
    assert.deepEqual([receiver.statistics().framesLost - framesLost, missing(sequences)], [0, 0]);
  },
);
