// A network that fails under a running stream: the stream resumes by itself, and its counters say what happened.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamReport } from '../../lib/app/stream-report.js';
import { Capture } from '../helpers/capture.js';
import { makeNetwork, setAddress, switchOffloadsOff, type Network } from '../helpers/network.js';
import { Player } from '../helpers/player.js';
import {
  assertNoneLost,
  droppedByCamera,
  Streamer,
  temporaryFolder,
  writeStreamConfig,
  type Keys,
} from '../helpers/streamer.js';

type Socket = 'native' | 'dgram';

const port = 5004;
const downMs = 5000;
/** How soon 30 pictures, which take a second, are there after a fault. */
const resumeMs = 2000;

interface Stream extends Network {
  readonly folder: string;
  readonly streamer: Streamer;
  readonly player: Player;
}

/** A stream on a network of its own, and who receives it. */
async function startStream(
  context: TestContext,
  options: { socket?: Socket; camera?: Keys; prepare?: (network: Network) => Promise<unknown> } = {},
): Promise<Stream> {
  const { socket = 'native', camera, prepare } = options;
  const network = await makeNetwork(context);
  const { sender, receiver } = network;
  await prepare?.(network);
  const folder = temporaryFolder(context);
  const to = { dest_host: receiver.address, dest_port: port, ...camera };
  const player = await Player.start(context, 'GStreamer', { port, host: receiver, folder });
  const streamer = new Streamer(context, writeStreamConfig(folder, to, { socket }), sender);
  return { ...network, folder, streamer, player };
}

/** Ends a stream, of which the camera has not noticed anything. */
async function stop({
  streamer,
  player,
}: Stream): Promise<StreamReport & { readonly sequences: readonly number[] }> {
  const report = await streamer.stop();
  await player.stop();
  assert.equal(report.restarts, 0);
  // A few frames may have been on their way to the encoder.
  const missing = report.captured - report.sent;
  assert.ok(missing >= 0 && missing <= droppedByCamera(report) + 3, JSON.stringify(report));
  const sequences = player.marks().map(({ sequence }) => sequence);
  assert.ok(sequences.every((sequence, i) => i === 0 || sequence > (sequences[i - 1] ?? 0)));
  return { ...report, sequences };
}

function count(counts: Readonly<Record<string, number>>, name: string): number {
  return counts[name] ?? 0;
}

/** Nothing more goes wrong. */
async function assertSettled(streamer: Streamer): Promise<void> {
  await streamer.report('a report');
  const before = await streamer.report('another');
  const { errors, dropped } = await streamer.report('a third');
  assert.deepEqual(errors, before.errors);
  assert.equal(count(dropped, 'packets'), count(before.dropped, 'packets'));
}

async function interfaceDown(context: TestContext, socket: Socket): Promise<void> {
  const stream = await startStream(context, { socket });
  const { sender, streamer, player } = stream;
  await player.decodes(30);
  await sender.run('ip', 'link', 'set', sender.device, 'down');
  const failing = await streamer.report('no way', ({ errors }) => count(errors, 'unreachable') > 0);
  await sleep(downMs);
  await sender.run('ip', 'link', 'set', sender.device, 'up');
  await player.decodes(30, resumeMs);
  await assertSettled(streamer);
  const { errors, dropped } = await stop(stream);
  assert.ok(count(errors, 'unreachable') > count(failing.errors, 'unreachable'));
  assert.ok(count(dropped, 'packets') > count(failing.dropped, 'packets'));
}

/** The way exists, and packets are lost on it: the kernel takes them and no error comes back. */
async function cableOut(context: TestContext, socket: Socket): Promise<void> {
  const stream = await startStream(context, { socket });
  const { receiver, streamer, player } = stream;
  await player.decodes(30);
  await receiver.run('ip', 'link', 'set', receiver.device, 'down');
  await sleep(downMs);
  const { pictureCount } = player;
  await streamer.report('a report all the same');
  assert.equal(player.pictureCount, pictureCount, 'the cable is out');
  await receiver.run('ip', 'link', 'set', receiver.device, 'up');
  await player.decodes(30, resumeMs);
  await assertSettled(streamer);
  await stop(stream);
}

async function noRouteAtStart(context: TestContext, socket: Socket): Promise<void> {
  const stream = await startStream(context, {
    socket,
    prepare: ({ sender }) => sender.run('ip', '-4', 'address', 'flush', 'dev', sender.device),
  });
  const { sender, streamer, player } = stream;
  await streamer.report('no way', ({ errors }) => count(errors, 'unreachable') > 0);
  await setAddress(sender, sender.address);
  await player.decodes(30, resumeMs);
  await assertSettled(streamer);
  await stop(stream);
}

async function otherAddress(context: TestContext, socket: Socket): Promise<void> {
  const stream = await startStream(context, { socket });
  const { sender, receiver, streamer, player, folder } = stream;
  const address = '192.0.2.77';
  await player.decodes(30);
  await setAddress(sender, address);
  await player.decodes(30, resumeMs);
  const capture = await Capture.start(context, receiver, folder);
  await assertSettled(streamer);
  await capture.stop();
  const packets = await capture.dissect({ [port]: 'rtp' }, ['ip.src']);
  assert.deepEqual(new Set(packets.flatMap((packet) => packet['ip.src'])), new Set([address]));
  const { errors } = await stop(stream);
  // The native socket had the old address. Node's has none of its own, and may not have sent in between.
  if (socket === 'native') assert.notDeepEqual(errors, {});
}

async function shorterPackets(context: TestContext, socket: Socket): Promise<void> {
  const stream = await startStream(context, { socket });
  const { sender, streamer, player } = stream;
  await player.decodes(30);
  // What the kernel keeps when a router has told it.
  await sender.run('ip', 'route', 'change', '192.0.2.0/24', 'dev', sender.device, 'mtu', '1000');
  await player.decodes(30, resumeMs);
  await assertSettled(streamer);
  const report = await stop(stream);
  assert.deepEqual(report.errors, socket === 'native' ? { segmentationLost: 1 } : {});
  assertNoneLost(report.sequences, report);
  const statistics = await sender.run('nstat', '-asz', 'IpFragCreates');
  assert.match(statistics, /IpFragCreates +[1-9]/, 'packets were sent in fragments');
}

async function receiverGone(context: TestContext, socket: Socket): Promise<void> {
  const stream = await startStream(context, { socket });
  const { receiver, streamer, player, folder } = stream;
  await player.decodes(30);
  await player.stop();
  // Node's socket does not learn that nobody listens.
  await streamer.report('no receiver', ({ errors }) => socket === 'dgram' || count(errors, 'refused') > 0);
  const again = await Player.start(context, 'GStreamer', { port, host: receiver, folder });
  await again.decodes(30, resumeMs);
  await assertSettled(streamer);
  await stop({ ...stream, player: again });
}

async function oneDestinationUnreachable(context: TestContext, socket: Socket): Promise<void> {
  const stream = await startStream(context, { socket, camera: { destinations: ['198.51.100.1:5004'] } });
  await stream.player.decodes(60);
  const report = await stop(stream);
  assertNoneLost(report.sequences, report);
  assert.ok(count(report.errors, 'unreachable') > 0);
}

async function offloadsOff(context: TestContext, socket: Socket): Promise<void> {
  const stream = await startStream(context, { socket });
  const { sender, streamer, player } = stream;
  await player.decodes(30);
  await switchOffloadsOff(sender, 'tx-udp-segmentation', 'tx-checksum-ip-generic', 'scatter-gather');
  await player.decodes(30);
  await assertSettled(streamer);
  const report = await stop(stream);
  // Older kernels refuse segmentation on such a card; then packets are sent one by one.
  assert.ok(Object.keys(report.errors).every((name) => name === 'segmentationLost'));
  assertNoneLost(report.sequences, report);
}

const faults = {
  'the network interface is down for 5 s': interfaceDown,
  'the cable is out for 5 s': cableOut,
  'there is no route at the start': noRouteAtStart,
  'the sender is given another address': otherAddress,
  'the way takes shorter packets than before': shorterPackets,
  'the receiver goes, and comes back': receiverGone,
  'one of two destinations has no route': oneDestinationUnreachable,
  'the network card loses its offloads': offloadsOff,
};

// Small streams that mostly wait: together they take no longer than the longest.
for (const socket of ['native', 'dgram'] as const) {
  describe(`${socket}: the stream resumes when`, { concurrency: true }, () => {
    for (const [name, check] of Object.entries(faults)) {
      test(name, { timeout: 40_000 }, (context) => check(context, socket));
    }
  });
}
