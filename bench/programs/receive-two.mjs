// Receives two streams for some seconds, as a program does that uses the newest frames.
//   node receive-two.mjs PORT PORT SECONDS
import { setTimeout as sleep } from 'node:timers/promises';
import { openReceiver } from '../../dist/index.js';

const [first, second, seconds] = process.argv.slice(2).map(Number);
const receivers = await Promise.all(
  [first, second].map((port) => openReceiver({ address: '127.0.0.1', port }, { rtcp: false })),
);
let bytes = 0;
for (const receiver of receivers) receiver.on('frame', ({ data }) => (bytes += data.length));
await sleep(seconds * 1000);
for (const receiver of receivers) await receiver.close();
const frames = receivers.map((receiver) => receiver.statistics().framesComplete);
console.log(JSON.stringify({ frames, bytes }));
