import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { Random } from '../fuzz/random.js';

export interface Impairments {
  /** Packets change places within so many. */
  readonly reorderWindow?: number;
  /** One in so many comes twice. */
  readonly duplicateOneIn?: number;
  /** Each is late by up to so many milliseconds. */
  readonly jitterMs?: number;
  /** One in so many is lost. */
  readonly loseOneIn?: number;
}

/** A network on the way to a port of this machine that treats packets badly: always in the same way. */
export class ImpairedNetwork {
  lost = 0;
  /** From the next packet on. */
  impairments: Impairments;
  readonly #socket: Socket;
  readonly #to: number;
  readonly #random = new Random(1);
  readonly #held: Buffer[] = [];

  private constructor(socket: Socket, to: number, impairments: Impairments) {
    this.#socket = socket;
    this.#to = to;
    this.impairments = impairments;
    socket.on('message', (packet) => {
      this.#take(packet);
    });
  }

  static async open(context: TestContext, to: number, impairments: Impairments): Promise<ImpairedNetwork> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 2 ** 22 });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    context.after(() => {
      socket.close();
    });
    return new ImpairedNetwork(socket, to, impairments);
  }

  /** Where to send to. */
  get port(): number {
    return this.#socket.address().port;
  }

  /** Lets go of what it still holds. */
  flush(): void {
    while (this.#held.length > 0) {
      const [packet] = this.#held.splice(this.#random.below(this.#held.length), 1);
      if (packet) this.#passLater(packet);
    }
  }

  #take(packet: Buffer): void {
    const { loseOneIn = Infinity, duplicateOneIn = Infinity, reorderWindow = 1 } = this.impairments;
    if (loseOneIn !== Infinity && this.#random.oneIn(loseOneIn)) {
      this.lost += 1;
      return;
    }
    this.#held.push(packet);
    if (duplicateOneIn !== Infinity && this.#random.oneIn(duplicateOneIn)) this.#held.push(packet);
    if (this.#held.length >= reorderWindow) this.flush();
  }

  /** In any order. */
  #passLater(packet: Buffer): void {
    const { jitterMs = 0 } = this.impairments;
    if (jitterMs === 0) this.#pass(packet);
    else setTimeout(this.#pass, this.#random.below(jitterMs), packet);
  }

  readonly #pass = (packet: Buffer): void => {
    this.#socket.send(packet, this.#to, '127.0.0.1', () => undefined);
  };
}
