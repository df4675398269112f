import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { UdpSocket } from '../../lib/net/udp-socket.js';
import { PacketBatch } from '../../lib/rtp/index.js';

/** A socket that keeps what it receives. */
interface Receiver {
  readonly port: number;
  readonly packets: Buffer[];
  readonly socket: Socket;
  /** Resolves when so many packets have come. */
  readonly received: (count: number) => Promise<void>;
}

async function receiver(context: TestContext, address: string): Promise<Receiver> {
  const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 2 ** 21 });
  const packets: Buffer[] = [];
  socket.on('message', (packet) => packets.push(packet));
  socket.bind(0, address);
  await once(socket, 'listening');
  context.after(() => {
    socket.close();
  });
  const received = async (count: number): Promise<void> => {
    while (packets.length < count) await once(socket, 'message');
  };
  return { port: socket.address().port, packets, socket, received };
}

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
    this.socket = new UdpSocket({ address, port, localPort, dscp: 0 }, (id) => {
      this.sent.push(id);
      this.#wake?.();
    });
    context.after(() => this.socket.close());
  }

  async untilSent(count: number): Promise<void> {
    while (this.sent.length < count) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}

const payload = Uint8Array.from({ length: 5000 }, (_, i) => i * 3 + (i >> 8));

/** Packets of three bytes of header and 100 of payload. */
function batchOf(count: number): PacketBatch {
  const batch = new PacketBatch();
  batch.reset(count, 3 * count);
  for (let i = 0; i < count; i++) {
    batch.headers.set([0xa0, 0xb0, i], batch.headerBytes);
    batch.add(3, 100 * i, 100);
  }
  return batch;
}

function packetsOf(batch: PacketBatch): Buffer[] {
  return Array.from({ length: batch.packetCount }, (_, i) => Buffer.from(batch.packet(i, payload)));
}

for (const address of ['127.0.0.1', '::1']) {
  test(`a batch arrives at ${address} as it was given, and is told when it has left`, async (t) => {
    const { port, packets, received } = await receiver(t, address);
    const sender = new Sender(t, address, port);
    const batch = batchOf(40);
    assert.equal(sender.socket.send(3, batch, payload), true);
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
  assert.equal(sender.socket.localPort, localPort);
  const message = once(socket, 'message') as Promise<[Buffer, { port: number }]>;
  sender.socket.send(0, batchOf(1), payload);
  const [, from] = await message;
  assert.equal(from.port, localPort);
});

test('a receiver that is not there is counted, and the stream goes on', async (t) => {
  const sender = new Sender(t, '127.0.0.1', await unusedPort());
  for (let id = 0; id < 5; id++) {
    assert.equal(sender.socket.send(id, batchOf(10), payload), true);
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
  for (const [id, batch] of batches.entries()) assert.equal(sender.socket.send(id, batch, payload), true);
  await sender.socket.close();
  await received(300);
  assert.equal(sender.socket.statistics().packetsSent, 300);
  assert.equal(sender.socket.send(9, batchOf(1), payload), false);
  await sender.socket.close();
});

test('a port that is taken is refused', async (t) => {
  const { port } = await receiver(t, '127.0.0.1');
  const localPort = new Sender(t, '127.0.0.1', port).socket.localPort;
  assert.throws(() => new Sender(t, '127.0.0.1', port, localPort), {
    code: 'ERR_SOCKET',
    message: new RegExp(`no UDP socket on local port ${String(localPort)} .*: Address already in use`),
  });
});

test('a name is no address', (t) => {
  assert.throws(() => new Sender(t, 'localhost', 5000), { code: 'ERR_HOST_NOT_FOUND' });
});
