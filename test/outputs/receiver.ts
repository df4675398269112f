import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { parseRtpPacket, type RtpPacket } from '../../lib/rtp/index.js';

/** A UDP socket that keeps what comes. */
export class Receiver {
  readonly packets: Buffer[] = [];
  /** When each of them came, in milliseconds. */
  readonly arrivalsMs: number[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (packet) => {
      this.packets.push(packet);
      this.arrivalsMs.push(performance.now());
    });
  }

  static async open(context: TestContext, port = 0): Promise<Receiver> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 2 ** 22 });
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    context.after(() => {
      socket.close();
    });
    return new Receiver(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  send(bytes: Uint8Array, port: number): void {
    this.#socket.send(bytes, port, '127.0.0.1');
  }

  async received(count: number): Promise<void> {
    while (this.packets.length < count)
      await once(this.#socket, 'message', { signal: AbortSignal.timeout(10_000) });
  }

  /** The port that the next packet comes from. */
  async nextFrom(): Promise<number> {
    const [, from] = (await once(this.#socket, 'message')) as [Buffer, { port: number }];
    return from.port;
  }

  /** As RTP. */
  rtp(): (RtpPacket & { readonly bytes: Buffer })[] {
    return this.packets.map((bytes) => {
      const packet = parseRtpPacket(bytes);
      assert.ok(packet.ok);
      return { ...packet.value, bytes };
    });
  }
}

/** Two sockets on ports that follow each other, for RTP and RTCP. */
export async function receiverPair(context: TestContext): Promise<{ rtp: Receiver; rtcp: Receiver }> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const rtp = await Receiver.open(context);
    try {
      return { rtp, rtcp: await Receiver.open(context, rtp.port + 1) };
    } catch {
      // somebody has the next port: try others
    }
  }
  throw new Error('no two ports that follow each other');
}
