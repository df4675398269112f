import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { BurstSchedule } from '../../lib/net/burst-schedule.js';
import { UdpSocket } from '../../lib/net/udp-socket.js';
import { taken, type Taken } from '../../lib/native/core-addon.js';
import type { PacketBatch } from '../../lib/rtp/index.js';
import { monotonicUs } from '../../lib/util/clock.js';
import { batchOf, packetsOf, payload } from './batches.js';
import { receiver } from './receiver.js';

async function unusedPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** Sends to an address; resolves each batch that was sent. */
class Sender {
  readonly socket: UdpSocket;
  readonly sent: number[] = [];
  #wake: (() => void) | undefined;

  constructor(context: TestContext, address: string, port: number, localPort = 0) {
    this.socket = new UdpSocket({ address, port, localPort }, (id) => {
      this.sent.push(id);
      this.#wake?.();
    });
    context.after(() => this.socket.close());
  }

  /** Sends a batch, at once if not said otherwise. */
  send(id: number, batch: PacketBatch, departureUs = 0): Taken {
    const schedule = new BurstSchedule();
    schedule.reset(1);
    schedule.add(batch.packetCount, departureUs);
    const result = this.socket.send(id, true, batch, schedule, payload);
    if (result === taken.sent) this.sent.push(id);
    return result;
  }

  async untilSent(count: number): Promise<void> {
    while (this.sent.length < count) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}

for (const address of ['127.0.0.1', '::1']) {
  test(`a batch arrives at ${address} as it was given, and is told when it has left`, async (t) => {
    const { port, packets, received } = await receiver(t, address);
    const sender = new Sender(t, address, port);
    const batch = batchOf(40);
    assert.equal(sender.send(3, batch), taken.sent);
    await Promise.all([received(40), sender.untilSent(1)]);
    assert.deepEqual(packets, packetsOf(batch));
    assert.deepEqual(sender.sent, [3]);
    const { packetsSent, bytesSent, packetsDropped } = sender.socket.statistics();
    assert.deepEqual([packetsSent, bytesSent, packetsDropped], [40, 40 * 103, 0]);
  });
}

test('packets leave from the local port', async (t) => {
  const localPort = await unusedPort();
  const { port, socket } = await receiver(t, '127.0.0.1');
  const sender = new Sender(t, '127.0.0.1', port, localPort);
  assert.equal(sender.socket.state.localPort, localPort);
  const message = once(socket, 'message') as Promise<[Buffer, { port: number }]>;
  sender.send(0, batchOf(1));
  const [, from] = await message;
  assert.equal(from.port, localPort);
});

test('a receiver that is not there is counted, and the stream goes on', async (t) => {
  const sender = new Sender(t, '127.0.0.1', await unusedPort());
  for (let id = 0; id < 5; id++) {
    assert.notEqual(sender.send(id, batchOf(10)), taken.not);
    await sender.untilSent(id + 1);
  }
  const { packetsSent, packetsDropped, errorsRefused, errorsOther } = sender.socket.statistics();
  assert.ok(errorsRefused > 0 && packetsSent > 0);
  assert.deepEqual([packetsSent + packetsDropped, errorsOther], [50, 0]);
});

test('closing sends what was handed over, and takes no more', async (t) => {
  const { port, received } = await receiver(t, '127.0.0.1');
  const sender = new Sender(t, '127.0.0.1', port);
  const batches = Array.from({ length: 6 }, () => batchOf(50));
  const inAMinute = monotonicUs() + 60e6;
  for (const [id, batch] of batches.entries()) assert.equal(sender.send(id, batch, inAMinute), taken.queued);
  await sender.socket.close();
  await received(300);
  assert.equal(sender.socket.statistics().packetsSent, 300);
  assert.equal(sender.send(9, batchOf(1)), taken.not);
  await sender.socket.close();
});

test('a port that is taken is refused', async (t) => {
  const { port } = await receiver(t, '127.0.0.1');
  const localPort = new Sender(t, '127.0.0.1', port).socket.state.localPort;
  assert.throws(() => new Sender(t, '127.0.0.1', port, localPort), {
    code: 'ERR_SOCKET',
    message: new RegExp(`no UDP socket on local port ${String(localPort)} .*: Address already in use`),
  });
});

test('a name is no address', (t) => {
  assert.throws(() => new Sender(t, 'localhost', 5000), { code: 'ERR_HOST_NOT_FOUND' });
});
