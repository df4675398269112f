import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { StreamerError } from '../errors/index.js';
import type { SocketAddress } from '../util/socket-address.js';
import { interfaceAddress } from './interface-address.js';

export interface ReceiveSocketOptions {
  /** Numeric: an address of this machine, `0.0.0.0` or `::` for any, or a multicast group, which is joined. */
  readonly address: string;
  readonly isMulticast: boolean;
  /** 0: any. */
  readonly port: number;
  /** Network interface to join the group on; default by the routing table. */
  readonly multicastInterface?: string | undefined;
  /** The one source whose packets are wanted (RFC 4607); default all. */
  readonly sourceAddress?: string | undefined;
}

/** What a socket asks of the system, which grants as much as it allows (net.core.rmem_max). */
export const receiveBufferBytes = 4 * 2 ** 20;

/** A UDP socket that receives. */
export class ReceiveSocket {
  readonly #socket: Socket;
  #lastSent = Promise.resolve();
  #closed: Promise<void> | undefined;

  private constructor(socket: Socket, onPacket: (bytes: Uint8Array, from: SocketAddress) => void) {
    this.#socket = socket;
    socket.on('message', onPacket);
    // The answer to something that was sent: nobody listens there.
    socket.on('error', () => undefined);
  }

  /** @throws StreamerError ERR_SOCKET */
  static async open(
    options: ReceiveSocketOptions,
    onPacket: (bytes: Uint8Array, from: SocketAddress) => void,
  ): Promise<ReceiveSocket> {
    const { address, port } = options;
    const type = isIPv6(address.split('%')[0] ?? '') ? 'udp6' : 'udp4';
    const socket = createSocket({ type, reuseAddr: options.isMulticast });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.bind({ port, address }, resolve);
      });
      socket.removeAllListeners('error');
      socket.setRecvBufferSize(receiveBufferBytes);
      if (options.isMulticast) join(socket, options);
    } catch (error) {
      socket.close();
      const reason = error instanceof Error ? error.message : String(error);
      throw new StreamerError(
        'ERR_SOCKET',
        `cannot receive on ${address} port ${String(port)}: ${reason}`,
        error,
      );
    }
    return new ReceiveSocket(socket, onPacket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Sends a copy. What goes wrong is no matter. */
  send(bytes: Uint8Array, to: SocketAddress): void {
    if (this.#closed) return;
    const packet = Uint8Array.from(bytes);
    this.#lastSent = new Promise((resolve) => {
      this.#socket.send(packet, to.port, to.address, () => {
        resolve();
      });
    });
  }

  /** Resolves when what was sent has left, and nothing more will be received. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#lastSent.then(() => closeSocket(this.#socket));
    return this.#closed;
  }
}

function join(socket: Socket, { address, multicastInterface, sourceAddress }: ReceiveSocketOptions): void {
  const through =
    multicastInterface === undefined
      ? undefined
      : interfaceAddress(isIPv6(address) ? 6 : 4, multicastInterface);
  if (sourceAddress === undefined) socket.addMembership(address, through);
  else socket.addSourceSpecificMembership(sourceAddress, address, through);
}

function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.close(resolve);
  });
}
