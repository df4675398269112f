// GStreamer's rtpbin takes our reports, computes wall clock times from them, and reports back.
import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, test, type TestContext } from 'node:test';
import { coreAddon } from '../../lib/native/core-addon.js';
import type { Mark } from '../helpers/oracle.js';
import { readPictureMarks } from '../helpers/player.js';
import { freeRtpPort, isListening } from '../helpers/ports.js';
import { start, until, type RunningProcess } from '../helpers/processes.js';
import { requireReceiveBuffers } from '../helpers/receivers.js';
import { Streamer, temporaryFolder, writeStreamConfig } from '../helpers/streamer.js';

/** A line of rtpbin_peer.py. */
interface PeerEvent {
  readonly event: 'stream' | 'picture' | 'bye';
  readonly ssrc?: number;
  /** What rtpbin computes as the time at which a picture was taken; nothing before the first report. */
  readonly captureUnixUs?: number | null;
  readonly 'have-sr'?: boolean;
  readonly 'sr-packet-count'?: number;
  readonly 'packets-received'?: number;
  readonly cname?: string;
}

const ssrc = 0x12345678;

before(() => {
  requireReceiveBuffers();
});

describe('rtpbin', () => {
  for (const [what, isMuxed] of [
    ['RTCP on a port of its own', false],
    ['RTCP on the port of RTP', true],
  ] as const) {
    test(`${what}: times of capture, reports both ways, BYE`, { timeout: 30_000 }, async (context) => {
      await checkReports(context, isMuxed);
    });
  }
});

async function checkReports(context: TestContext, isMuxed: boolean): Promise<void> {
  const folder = temporaryFolder(context);
  const port = await freeRtpPort();
  const localPort = await freeRtpPort();
  const offset = isMuxed ? 0 : 1;
  const pictures = path.join(folder, 'pictures.yuv');
  const peer = await startPeer(context, [port, port + offset, localPort + offset, pictures]);
  const camera = { dest_host: '127.0.0.1', dest_port: port, local_port: localPort, ssrc };
  const streamer = new Streamer(context, writeStreamConfig(folder, camera, { rtcp_mux: isMuxed }));
  const heard = await streamer.report('a round trip', ({ receivers }) => hasRoundTrip(receivers));
  await until('60 pictures with their times', () => picturesOf(peer).filter(hasTime).length >= 60);
  const last = await streamer.stop();
  await until('BYE', () => eventsOf(peer).some(({ event }) => event === 'bye'));
  peer.child.kill('SIGKILL');
  await peer.exited;
  assertHeard(heard.receivers);
  assertHeard(last.receivers);
  assertAccepted(eventsOf(peer));
  assertTimes(picturesOf(peer), readPictureMarks(pictures));
}

/** @param args - as its usage says */
async function startPeer(
  context: TestContext,
  args: readonly [rtpPort: number, rtcpPort: number, reportsToPort: number, pictures: string],
): Promise<RunningProcess> {
  const script = path.join(import.meta.dirname, 'rtpbin_peer.py');
  const peer = start('/usr/bin/python3', [script, ...args.map(String)]);
  context.after(() => peer.child.kill('SIGKILL'));
  await until('rtpbin', () => {
    assert.equal(peer.child.exitCode, null, peer.stderr());
    return isListening(args[0]) && isListening(args[1]);
  });
  return peer;
}

type Receivers = Awaited<ReturnType<Streamer['stop']>>['receivers'];

function hasRoundTrip(receivers: Receivers): boolean {
  return receivers?.[0]?.roundTripMs !== undefined;
}

function assertHeard(receivers: Receivers): void {
  assert.equal(receivers?.length, 1);
  const [receiver] = receivers;
  assert.ok(receiver);
  assert.equal(receiver.lossPercent, 0);
  // rtpbin begins to expect packets at the second one, and counts the first as one too many.
  assert.ok(receiver.packetsLost === 0 || receiver.packetsLost === -1, String(receiver.packetsLost));
  assert.ok(receiver.jitterMs >= 0 && receiver.jitterMs < 20, String(receiver.jitterMs));
  assert.ok(receiver.roundTripMs !== undefined && receiver.roundTripMs >= 0 && receiver.roundTripMs < 100);
}

function assertAccepted(events: readonly PeerEvent[]): void {
  const streams = events.filter(({ event }) => event === 'stream');
  assert.deepEqual(
    streams.map((stream) => stream.ssrc),
    [ssrc],
  );
  const farewells = events.filter(({ event }) => event === 'bye');
  assert.equal(farewells.length, 1);
  const [bye] = farewells;
  assert.equal(bye?.ssrc, ssrc);
  assert.equal(bye['have-sr'], true);
  assert.match(bye.cname ?? '', /\S/);
  // The report that comes with BYE counts every packet. rtpbin may read it before the last few of RTP.
  const missing = (bye['sr-packet-count'] ?? Number.NaN) - (bye['packets-received'] ?? Number.NaN);
  assert.ok(missing >= 0 && missing < 20, `${String(missing)} packets fewer than the last report says`);
}

/** Each time is that of the picture's own mark, which the camera drew. */
function assertTimes(pictures: readonly PeerEvent[], marks: readonly Mark[]): void {
  assert.ok(marks.length >= pictures.length); // it may have been ended between a picture and its line
  const wallClockOffsetUs = coreAddon().wallClockOffsetUs();
  const differencesUs = pictures.flatMap((picture, i) => {
    if (!hasTime(picture)) return [];
    const captureTimeUs = picture.captureUnixUs - wallClockOffsetUs;
    const differenceUs = (captureTimeUs - (marks[i]?.captureTimeUs ?? Number.NaN)) % 2 ** 32;
    return differenceUs > 2 ** 31 ? differenceUs - 2 ** 32 : differenceUs;
  });
  const worstUs = Math.max(...differencesUs.map(Math.abs));
  assert.ok(worstUs < 1000, `times are wrong by ${String(worstUs)} us`);
}

/** Not before the first report that finds rtpbin ready: one that overtakes the first packet is lost on it. */
function hasTime(picture: PeerEvent): picture is PeerEvent & { readonly captureUnixUs: number } {
  return typeof picture.captureUnixUs === 'number';
}

function eventsOf(peer: RunningProcess): PeerEvent[] {
  const lines = peer.stdout().split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as PeerEvent);
}

function picturesOf(peer: RunningProcess): PeerEvent[] {
  return eventsOf(peer).filter(({ event }) => event === 'picture');
}
