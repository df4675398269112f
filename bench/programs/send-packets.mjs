// Packetizes one JPEG over and over and sends the packets, one frame at a time as a camera's come.
//   node send-packets.mjs native|dgram FILE.jpg PORT FRAMES
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { JpegParser } from '../../dist/jpeg/index.js';
import { taken } from '../../dist/native/core-addon.js';
import { BurstSchedule } from '../../dist/net/burst-schedule.js';
import { UdpSocket } from '../../dist/net/udp-socket.js';
import { JpegPacketizer, PacketBatch } from '../../dist/rtp/index.js';

const [kind, file, port, frames] = process.argv.slice(2);
const jpeg = new Uint8Array(readFileSync(file));
const parser = new JpegParser();
const packetizer = new JpegPacketizer({
  mtu: 1400,
  ssrc: 1,
  initialSequenceNumber: 0,
  rtpTimestampOffset: 0,
  quantizationTables: 'in-band',
});
const batch = new PacketBatch();

function packetize(frame) {
  const refusal =
    parser.parse(jpeg, jpeg.length, 'file-end') ?? packetizer.packetize(parser, jpeg, frame * 33_333, batch);
  if (refusal) throw new Error(refusal.message);
}

/** The product's own socket. */
async function openNative() {
  let sent;
  const socket = new UdpSocket({ address: '127.0.0.1', port: Number(port) }, () => sent());
  const schedule = new BurstSchedule();
  const send = () =>
    new Promise((resolve) => {
      sent = resolve;
      schedule.reset(1);
      schedule.add(batch.packetCount, 0); // at once
      // What the socket has no room for is sent by its thread, and reported.
      if (socket.send(0, true, batch, schedule, jpeg) === taken.sent) resolve();
    });
  return { send, close: () => socket.close() };
}

/** Node's socket, connected, so that it looks no address up. Header and payload of a packet are two buffers. */
async function openDgram() {
  const socket = createSocket('udp4');
  socket.connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  const send = () =>
    new Promise((resolve) => {
      let left = batch.packetCount;
      const onSent = () => {
        if (--left === 0) resolve();
      };
      for (let i = 0; i < batch.packetCount; i++) {
        const at = 4 * i;
        const header = batch.slices[at];
        const payload = batch.slices[at + 2];
        socket.send(
          [
            batch.headers.subarray(header, header + batch.slices[at + 1]),
            jpeg.subarray(payload, payload + batch.slices[at + 3]),
          ],
          onSent,
        );
      }
    });
  return { send, close: () => new Promise((resolve) => socket.close(resolve)) };
}

const socket = await (kind === 'native' ? openNative() : openDgram());
for (let i = 0; i < Number(frames); i++) {
  packetize(i);
  await socket.send();
}
await socket.close();
