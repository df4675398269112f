// A stream that is told to stop does so at once, and with a whole frame.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { parseRtpPacket } from '../../lib/rtp/index.js';
import { command } from '../helpers/debian13.js';
import { start, until } from '../helpers/processes.js';

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends the stream with 0 within a second, after the last packet of a frame`, async () => {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 22 });
    let last = new Uint8Array();
    let packets = 0;
    socket.on('message', (packet) => {
      last = packet;
      packets += 1;
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const to = ['--dest', `127.0.0.1:${String(socket.address().port)}`];
    const streamer = start(process.execPath, [
      command,
      '-mode',
      'mjpeg-rtp',
      '--no-web',
      '--source',
      'test',
      '--fps',
      '60',
      ...to,
    ]);
    await until('packets', () => packets > 1000);
    const beganMs = performance.now();
    streamer.child.kill(signal);
    assert.equal(await streamer.exited, 0, streamer.stderr());
    const stoppedMs = performance.now() - beganMs;
    assert.ok(stoppedMs < 1000, `it took ${stoppedMs.toFixed(0)} ms`);
    const { packets: sent } = JSON.parse(streamer.stderr().trimEnd().split('\n').at(-1) ?? '') as {
      packets: number;
    };
    await until('all packets', () => packets === sent);
    socket.close();
    const header = parseRtpPacket(last);
    assert.ok(header.ok && header.value.marker, 'the last packet ends a frame');
  });
}

test('--duration ends the stream by itself', async () => {
  const options = [
    '-mode',
    'mjpeg-rtp',
    '--no-web',
    '--source',
    'test',
    '--dest',
    '127.0.0.1:9',
    '--duration',
    '0.5',
  ];
  const streamer = start(process.execPath, [command, ...options]);
  assert.equal(await streamer.exited, 0, streamer.stderr());
});
