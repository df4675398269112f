import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';

/** What happens to packets on their way to the browser. */
export interface WayOptions {
  delayMs?: number;
  /** 0..1 */
  lossFraction?: number;
  /** Bits a second; packets wait in a queue of at most queueMs, and are lost beyond it. */
  limitBps?: number;
  queueMs?: number;
}

/** A bad way between a streamer and a browser, by UDP on this machine. */
export class UdpWay {
  options: WayOptions;
  /** Bytes that came from the streamer, and that went on to the browser. */
  bytesIn = 0;
  bytesOut = 0;
  packetsLost = 0;
  readonly #near: Socket;
  readonly #far: Socket;
  #serverPort = 0;
  #clientPort = 0;
  #freeAtMs = 0;
  #isOpen = true;

  private constructor(near: Socket, far: Socket, options: WayOptions) {
    this.#near = near;
    this.#far = far;
    this.options = options;
    near.on('message', (packet, { port }) => {
      this.#clientPort = port;
      this.#sendLater(this.options.delayMs ?? 0, this.#far, packet, () => this.#serverPort);
    });
    far.on('message', (packet) => {
      this.#carry(packet);
    });
  }

  static async open(context: TestContext, options: WayOptions = {}): Promise<UdpWay> {
    const sockets = [createSocket('udp4'), createSocket('udp4')] as const;
    for (const socket of sockets) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
    }
    const way = new UdpWay(...sockets, options);
    context.after(() => {
      way.#close();
    });
    return way;
  }

  /** Lets what the page gets by WHEP from now on go this way. */
  async route(page: Page): Promise<void> {
    await page.route(/\/whep\//, async (route) => {
      const offer = route.request().postData();
      if (offer === null) return route.continue();
      const response = await route.fetch({ postData: offer.replace(/^a=candidate:.*\r\n/gm, '') });
      const answer = await response.text();
      this.#serverPort = Number(/a=candidate:\S+ 1 UDP \d+ \d+\.\d+\.\d+\.\d+ (\d+)/i.exec(answer)?.[1]);
      const { port } = this.#near.address();
      const ownCandidate = `a=candidate:1 1 UDP 2122317823 127.0.0.1 ${String(port)} typ host\r\n`;
      const body = answer
        .replace(/^a=candidate:.*\r\n/gm, '')
        .replace(/^a=mid:.*\r\n/m, (mid) => mid + ownCandidate);
      return route.fulfill({ response, body });
    });
  }

  #carry(packet: Buffer): void {
    const { delayMs = 0, lossFraction = 0, limitBps, queueMs = 200 } = this.options;
    this.bytesIn += packet.length;
    const nowMs = performance.now();
    let leavesMs = nowMs;
    if (limitBps !== undefined) {
      const beginsMs = Math.max(nowMs, this.#freeAtMs);
      if (beginsMs - nowMs > queueMs) {
        this.packetsLost += 1;
        return;
      }
      this.#freeAtMs = leavesMs = beginsMs + (packet.length * 8e3) / limitBps;
    }
    if (Math.random() < lossFraction) {
      this.packetsLost += 1;
      return;
    }
    this.bytesOut += packet.length;
    this.#sendLater(leavesMs - nowMs + delayMs, this.#near, packet, () => this.#clientPort);
  }

  #sendLater(delayMs: number, socket: Socket, packet: Buffer, port: () => number): void {
    setTimeout(() => {
      if (this.#isOpen) socket.send(packet, port(), '127.0.0.1');
    }, delayMs);
  }

  #close(): void {
    this.#isOpen = false;
    this.#near.close();
    this.#far.close();
  }
}
