// What a frame costs the JavaScript heap, which a collector has to clear away again.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';
import { runToEnd } from '../helpers/processes.js';

interface Cost {
  readonly heapBytesPerFrame: number;
  readonly arrayBufferBytesPerFrame: number;
  readonly packetsPerFrame: number;
  readonly collections: number;
}

/** On V8's heap: a number that is no small integer. */
const smallestObjectBytes = 16;

async function measure(mtu: number): Promise<Cost> {
  const socket = createSocket('udp4'); // nobody reads it: the kernel drops what does not fit
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const script = path.join(import.meta.dirname, 'measure.mjs');
  // The memory reducer collects because time has gone by, not because there is anything.
  const flags = [
    '--expose-gc',
    '--no-memory-reducer',
    '--min-semi-space-size=64',
    '--max-semi-space-size=64',
  ];
  try {
    const output = await runToEnd(process.execPath, [
      ...flags,
      script,
      String(mtu),
      String(socket.address().port),
    ]);
    return JSON.parse(output) as Cost;
  } finally {
    socket.close();
  }
}

type Costs = readonly [manyPackets: Cost, fewPackets: Cost];

async function measureBoth(): Promise<Costs> {
  return [await measure(576), await measure(9000)];
}

function lesser(a: Cost, b: Cost): Cost {
  return a.heapBytesPerFrame < b.heapBytesPerFrame ? a : b;
}

/** What is too much of what frames and packets take. */
function faultOf([manyPackets, fewPackets]: Costs): string | undefined {
  for (const cost of [manyPackets, fewPackets]) {
    if (cost.collections > 0) return 'a collection';
    if (cost.heapBytesPerFrame > 1024) return `${String(cost.heapBytesPerFrame)} bytes of heap a frame`;
    if (cost.arrayBufferBytesPerFrame >= 32) return 'an ArrayBuffer for each frame';
  }
  const heapBytes = manyPackets.heapBytesPerFrame - fewPackets.heapBytesPerFrame;
  const heapBytesPerPacket = heapBytes / (manyPackets.packetsPerFrame - fewPackets.packetsPerFrame);
  if (heapBytesPerPacket < smallestObjectBytes / 8) return undefined;
  return `${String(heapBytesPerPacket)} bytes of heap a packet`;
}

test('1000 frames take no ArrayBuffer, 1 KiB of heap each at most, and no more for more packets', async (t) => {
  let costs = await measureBoth();
  if (faultOf(costs) !== undefined) {
    // The lesser of two: now and then the compiler comes back to something.
    const [manyPackets, fewPackets] = await measureBoth();
    costs = [lesser(costs[0], manyPackets), lesser(costs[1], fewPackets)];
  }
  t.diagnostic(`MTU 576 and 9000: ${JSON.stringify(costs)}`);
  assert.equal(faultOf(costs), undefined);
});
