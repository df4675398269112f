// The examples that send or receive by RTP, with the other end that their users have.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { Player } from '../helpers/player.js';
import { freeRtpPort, isListening } from '../helpers/ports.js';
import { until } from '../helpers/processes.js';
import { startRtpStream } from '../helpers/rtp-stream.js';
import { pictureSize, temporaryFolder } from '../helpers/streamer.js';
import { writeGreys } from './pictures.js';
import { interrupt, linesOf, startExample, timeoutMs } from './run-example.js';

const timeout = { timeout: timeoutMs };
const frames = 20;
const grey = 180;

const receivers = [
  { name: 'receive.py', args: (port: string) => ['--port', port] },
  { name: 'receive-and-decode.mjs', args: (port: string) => ['--from', `rtp://127.0.0.1:${port}`] },
];

for (const { name, args } of receivers) {
  test(`${name} tells how bright the pictures are that come`, timeout, async (context) => {
    const folder = temporaryFolder(context);
    const clip = path.join(folder, 'grey.y4m');
    writeGreys(clip, [grey]);
    const port = await freeRtpPort();
    const running = startExample(context, name, [...args(String(port)), '--count', String(frames)], folder);
    await until(`${name} on port ${String(port)}`, () => isListening(port));
    await startRtpStream(context, port, `file:${clip}`);
    const pictures = (await linesOf(running)).slice(0, frames);
    const size = `${String(pictureSize.width)}x${String(pictureSize.height)}`;
    for (const line of pictures) {
      const [, sizeOfLine, brightness] = /^(\S+) brightness (\S+)$/.exec(line) ?? [];
      assert.equal(sizeOfLine, size, line);
      assert.ok(Math.abs(Number(brightness) - grey) < 2, line);
    }
  });
}

test('two-destinations sends the same pictures to GStreamer and to FFmpeg', timeout, async (context) => {
  const folder = temporaryFolder(context);
  const ports = [await freeRtpPort(), await freeRtpPort()] as const;
  const players = [
    await Player.start(context, 'GStreamer', { port: ports[0], folder }),
    await Player.start(context, 'FFmpeg', { port: ports[1], folder }),
  ];
  const size = Object.entries(pictureSize).map(([side, pixels]) => `--${side}=${String(pixels)}`);
  const destinations = ports.map((port) => `--to=127.0.0.1:${String(port)}`);
  const running = startExample(context, 'two-destinations.mjs', [...size, ...destinations]);
  await Promise.all(players.map((player) => player.decodes(30)));
  await Promise.all(players.map((player) => player.stop()));
  await interrupt(running);
  const [gstreamer, ffmpeg] = players.map(
    (player) => new Map(player.marks().map(({ sequence, captureTimeUs }) => [sequence, captureTimeUs])),
  );
  const common = [...(ffmpeg ?? [])].filter(([sequence]) => gstreamer?.has(sequence));
  assert.ok(common.length >= 10, `${String(common.length)} pictures in common`);
  for (const [sequence, captureTimeUs] of common) assert.equal(captureTimeUs, gstreamer?.get(sequence));
  for (const port of ports)
    assert.match(running.stdout(), new RegExp(`^\\d+ frames to 127\\.0\\.0\\.1:${String(port)}$`, 'm'));
});
