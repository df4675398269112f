import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Random } from '../random.js';
import { attackersAddress } from './attacker.js';

/** How long a connection may take; the next step comes anyway. */
const connectMs = 500;

/** TCP connections of an attacker's, of which some are left open for long. Beyond the limit an older one ends. */
export class RawSockets {
  readonly #limit: number;
  readonly #open: Socket[] = [];

  constructor(limit = 40) {
    this.#limit = limit;
  }

  /** Connects from one of the attackers' addresses. Resolves when it is connected, or is not to be. */
  async connect(port: number, random: Random): Promise<Socket> {
    if (this.#open.length >= this.#limit) this.leave(random);
    const socket = connect({ port, host: '127.0.0.1', localAddress: attackersAddress(random) });
    socket.on('error', () => undefined);
    // One in five never reads.
    if (!random.oneIn(5)) socket.resume();
    this.#open.push(socket);
    await once(socket, 'connect', { signal: AbortSignal.timeout(connectMs) }).catch(() => undefined);
    return socket;
  }

  /** One of those that are held, which may have ended; undefined when there are none. */
  any(random: Random): Socket | undefined {
    return this.#open[random.below(Math.max(this.#open.length, 1))];
  }

  /** Ends one of them in one of all ways. */
  leave(random: Random): void {
    const [socket] = this.#open.splice(random.below(Math.max(this.#open.length, 1)), 1);
    if (!socket) return;
    const way = random.below(3);
    if (way === 0) socket.resetAndDestroy();
    else if (way === 1) socket.destroy();
    else halfClose(socket);
  }

  close(): void {
    for (const socket of this.#open) socket.destroy();
  }
}

/** Its own end is over; it reads what still comes for a while. */
function halfClose(socket: Socket): void {
  socket.end();
  socket.resume();
  setTimeout(() => socket.destroy(), 1000).unref();
}

/** Sends bytes whole, in two parts, or some of them only. */
export function sendInParts(socket: Socket, bytes: Uint8Array, random: Random): void {
  if (socket.destroyed || socket.writableLength > 2 ** 20) return;
  const cut = random.below(bytes.length + 1);
  const way = random.below(12);
  if (way > 2) socket.write(bytes);
  else socket.write(bytes.subarray(0, cut));
  if (way !== 1) return;
  const rest = setTimeout(() => socket.write(bytes.subarray(cut)), random.below(300));
  rest.unref();
  socket.once('close', () => {
    clearTimeout(rest);
  });
}
