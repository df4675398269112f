// Sends random packets to a port of this machine, half of them with the first bytes of RTP/JPEG.
//   npx tsx flood.ts PORT PACKETS_A_SECOND SECONDS
import { setTimeout as sleep } from 'node:timers/promises';
import { BurstSchedule } from '../../lib/net/burst-schedule.js';
import { UdpSocket } from '../../lib/net/udp-socket.js';
import { PacketBatch } from '../../lib/rtp/index.js';
import { Random } from '../fuzz/random.js';

const [port = 0, rate = 0, seconds = 0] = process.argv.slice(2).map(Number);
const packetBytes = 60;
const batchPackets = 50;
const random = new Random(1);
const socket = new UdpSocket({ address: '127.0.0.1', port }, () => undefined);
const schedule = new BurstSchedule();
schedule.reset(1);
schedule.add(batchPackets, 0);
const batch = new PacketBatch();

function fill(): void {
  batch.reset(batchPackets, batchPackets * packetBytes);
  for (let i = 0; i < batchPackets; i++) {
    const at = i * packetBytes;
    for (let byte = 0; byte < packetBytes; byte++) batch.headers[at + byte] = random.below(256);
    if (random.oneIn(2)) batch.headers.set([0x80, 26], at);
    batch.add(packetBytes, 0, 0);
  }
}

const beganMs = performance.now();
let sent = 0;
for (;;) {
  const elapsedS = (performance.now() - beganMs) / 1000;
  if (elapsedS > seconds) break;
  for (; sent < elapsedS * rate; sent += batchPackets) {
    fill();
    socket.send(0, false, batch, schedule, batch.headers);
  }
  await sleep(1);
}
await socket.close();
process.stdout.write(String(socket.statistics().packetsSent));
