import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { taken } from '../../lib/native/core-addon.js';
import { BurstSchedule } from '../../lib/net/burst-schedule.js';
import { DgramSocket } from '../../lib/net/dgram-socket.js';
import type { PacketSocketOptions } from '../../lib/net/packet-socket.js';
import { monotonicUs } from '../../lib/util/clock.js';
import { batchOf, packetsOf, payload } from './batches.js';
import { receiver } from './receiver.js';

async function open(context: TestContext, options: PacketSocketOptions): Promise<DgramSocket> {
  const socket = await DgramSocket.open(options);
  context.after(() => socket.close());
  return socket;
}

function scheduleOf(...bursts: readonly (readonly [packets: number, departureUs: number])[]): BurstSchedule {
  const schedule = new BurstSchedule();
  schedule.reset(bursts.length);
  for (const [packets, departureUs] of bursts) schedule.add(packets, departureUs);
  return schedule;
}

for (const address of ['127.0.0.1', '::1']) {
  test(`a batch arrives at ${address} as it was given, and may be overwritten at once`, async (t) => {
    const { port, packets, received } = await receiver(t, address);
    const socket = await open(t, { address, port });
    const batch = batchOf(40);
    const expected = packetsOf(batch);
    assert.equal(socket.send(0, true, batch, scheduleOf([40, 0]), payload), taken.sent);
    batch.headers.fill(0);
    await received(40);
    assert.deepEqual(packets, expected);
    const { packetsSent, bytesSent, packetsDropped } = socket.statistics();
    assert.deepEqual([packetsSent, bytesSent, packetsDropped], [40, 40 * 103, 0]);
  });
}

test('bursts leave at their times, to the millisecond, and the difference is known', async (t) => {
  const { port, received, packets } = await receiver(t, '127.0.0.1');
  const socket = await open(t, { address: '127.0.0.1', port });
  const beginUs = monotonicUs();
  const schedule = scheduleOf([2, beginUs], [3, beginUs + 20_000], [5, beginUs + 40_000]);
  socket.send(0, true, batchOf(10), schedule, payload);
  await received(2);
  await received(3);
  assert.ok(monotonicUs() >= beginUs + 19_000);
  await received(10);
  assert.ok(monotonicUs() >= beginUs + 39_000);
  assert.deepEqual(packets, packetsOf(batchOf(10)));
  assert.ok(socket.statistics().departureErrors);
});

test('closing sends what waits at once, and takes no more', async (t) => {
  const { port, received } = await receiver(t, '127.0.0.1');
  const socket = await open(t, { address: '127.0.0.1', port });
  const inAMinute = monotonicUs() + 60e6;
  socket.send(0, true, batchOf(10), scheduleOf([10, inAMinute]), payload);
  await socket.close();
  await received(10);
  assert.equal(socket.send(0, true, batchOf(1), scheduleOf([1, 0]), payload), taken.not);
  await socket.close();
});

test('what waits is bounded', async (t) => {
  const { port } = await receiver(t, '127.0.0.1');
  const socket = await open(t, { address: '127.0.0.1', port });
  const schedule = scheduleOf([40, monotonicUs() + 60e6]);
  const batch = batchOf(40);
  const results = Array.from({ length: 300 }, () => socket.send(0, true, batch, schedule, payload));
  assert.ok(results.includes(taken.not));
  assert.equal(results.filter((result) => result === taken.sent).length * 40, 8160);
});

test('a port that is taken is refused', async (t) => {
  const { port } = await receiver(t, '127.0.0.1');
  await assert.rejects(DgramSocket.open({ address: '127.0.0.1', port: 9, localPort: port }), {
    code: 'ERR_SOCKET',
    message: /no UDP socket on local port \d+ .*EADDRINUSE/,
  });
});
