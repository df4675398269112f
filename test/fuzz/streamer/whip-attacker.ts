import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { WhipReceiver } from '../../helpers/whip-endpoint.js';
import { Random } from '../random.js';
import type { AttackedPorts, Attacker } from './attacker.js';
import { controlToken, pushedCameras } from './attacked-streamer.js';
import { noHttp, whipAnswer } from './whip-grammar.js';

const maxReceivers = 4;

/** A media server that cameras are pushed to. Their owner starts and stops some of them, for more offers to come. */
export class WhipAttacker implements Attacker {
  readonly #web: number;
  readonly #server: Server;
  readonly #origin: string;
  readonly #receivers: WhipReceiver[] = [];
  #random = new Random(1);

  private constructor({ web, whip }: AttackedPorts) {
    this.#web = web;
    this.#origin = `http://127.0.0.1:${String(whip)}`;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  static async begin(ports: AttackedPorts): Promise<WhipAttacker> {
    const attacker = new WhipAttacker(ports);
    attacker.#server.listen(ports.whip, '127.0.0.1');
    await once(attacker.#server, 'listening');
    return attacker;
  }

  async step(random: Random): Promise<void> {
    this.#random = random;
    if (this.#receivers.length > random.below(maxReceivers)) this.#receivers.shift()?.close();
    const camera = random.pick(pushedCameras);
    const action = random.pick(['start', 'start', 'stop']);
    const headers = { authorization: `Bearer ${controlToken}` };
    const url = `http://127.0.0.1:${String(this.#web)}/api/cameras/${camera}/${action}`;
    const signal = AbortSignal.timeout(3000);
    // The streamer may be at its end; the trial looks at that.
    await fetch(url, { method: 'POST', headers, signal }).then(
      (response) => response.arrayBuffer(),
      () => undefined,
    );
    await sleep(random.below(100));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const random = new Random(this.#random.below(2 ** 32));
    const { socket } = request;
    const way = random.below(12);
    if (way === 0) socket.resetAndDestroy();
    if (way === 1) socket.end(noHttp(random));
    if (way < 2) return;
    let offerSdp = '';
    for await (const chunk of request) offerSdp += String(chunk);
    if (way === 2) socket.end(noHttp(random));
    else if (way === 3) await drip(random, response);
    else if (way < 6 && request.method === 'POST') await this.#receive(random, offerSdp, response);
    else {
      const { status, headers, body } = whipAnswer(random, this.#origin, offerSdp);
      response.writeHead(status, headers);
      if (random.oneIn(10)) socket.resetAndDestroy();
      else response.end(body);
    }
  }

  /** As a server should; the session ends with one of the next steps. */
  async #receive(random: Random, offerSdp: string, response: ServerResponse): Promise<void> {
    const receiver = new WhipReceiver();
    const { length } = this.#receivers;
    if (length >= maxReceivers) this.#receivers.shift()?.close();
    this.#receivers.push(receiver);
    response.writeHead(201, { 'content-type': 'application/sdp', location: '/whip/1' });
    response.end(await receiver.answer(offerSdp));
    if (random.oneIn(3)) receiver.requestKeyframe();
  }

  close(): Promise<void> {
    for (const receiver of this.#receivers) receiver.close();
    this.#server.closeAllConnections();
    this.#server.close();
    return Promise.resolve();
  }
}

/** An answer that comes a byte at a time, and stops before its end. */
async function drip(random: Random, response: ServerResponse): Promise<void> {
  response.writeHead(201, { 'content-type': 'application/sdp', 'content-length': 1000 });
  for (let i = random.below(40); i > 0 && !response.destroyed; i--) {
    response.write('v');
    await sleep(20);
  }
  if (random.oneIn(2)) response.destroy();
}
