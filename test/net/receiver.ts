import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { TestContext } from 'node:test';

/** A socket that keeps what it receives. */
export interface Receiver {
  readonly port: number;
  readonly packets: Buffer[];
  readonly socket: Socket;
  /** Resolves when so many packets have come. */
  readonly received: (count: number) => Promise<void>;
}

export async function receiver(context: TestContext, address: string): Promise<Receiver> {
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
