// Near the bound of memory the streams do less, and go on.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseRtpPacket } from '../../lib/rtp/index.js';
import { command, writeConfig } from '../helpers/debian13.js';
import { start, until } from '../helpers/processes.js';

test('with too little memory previews are refused, then every second JPEG is left out', async (context) => {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 22 });
  context.after(() => socket.close());
  let frames = 0;
  socket.on('message', (packet) => {
    const parsed = parseRtpPacket(packet);
    if (parsed.ok && parsed.value.marker) frames += 1;
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const config = writeConfig(`
[server]
web_port = 0
bind_ip = "127.0.0.1"
[camera1]
device = "test"
width = 320
height = 240
[mjpeg-rtp.camera1]
dest_host = "127.0.0.1"
dest_port = ${String(socket.address().port)}
[limits]
max_memory_usage_mb = 32 # less than node takes
`);
  const streamer = start(process.execPath, [command, '-config', config, '-mode', 'mjpeg-rtp']);
  context.after(async () => {
    streamer.child.kill('SIGTERM');
    await streamer.exited;
  });
  const isSaid = (text: string) => (): boolean => streamer.stderr().includes(text);
  await until('the first step', isSaid('of 32 MiB in use; previews over HTTP are ended and refused'));
  const url = /"url":"([^"]+)"/.exec(streamer.stderr())?.[1] ?? '';
  const preview = await fetch(`${url}stream/camera1.mjpg`);
  assert.equal(preview.status, 429);
  assert.match(await preview.text(), /memory is short/);
  await until('the second step', isSaid('every second JPEG is left out, too'));
  await sleep(300);
  const before = frames;
  await sleep(2000);
  const perSecond = (frames - before) / 2;
  assert.ok(perSecond > 12 && perSecond < 17, `${String(perSecond)} frames a second`);
  assert.equal(streamer.stderr().match(/in use;/g)?.length, 2, 'each step is said once');
});
