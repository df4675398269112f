import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Random } from '../random.js';

/** UDP sockets of several attackers, each with an address of its own. */
export class AttackersSockets {
  readonly #sockets: readonly [Socket, ...Socket[]];

  private constructor(sockets: readonly [Socket, ...Socket[]]) {
    this.#sockets = sockets;
  }

  static async open(): Promise<AttackersSockets> {
    const first = await boundTo('127.0.0.2');
    return new AttackersSockets([
      first,
      ...(await Promise.all(['127.0.0.3', '127.0.0.4', '127.0.0.5'].map(boundTo))),
    ]);
  }

  /** Resolves when the kernel has taken or refused it. */
  async send(random: Random, bytes: Uint8Array, port: number): Promise<void> {
    const socket = random.pick(this.#sockets);
    await new Promise<void>((resolve) => {
      socket.send(bytes, port, '127.0.0.1', () => {
        resolve();
      });
    });
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }
}

async function boundTo(address: string): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('error', () => undefined);
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}
