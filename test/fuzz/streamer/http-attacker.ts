import { setTimeout as sleep } from 'node:timers/promises';
import { mutate } from '../mutate.js';
import type { Random } from '../random.js';
import type { AttackedPorts, Attacker } from './attacker.js';
import {
  operationsOf,
  otherProtocol,
  requestByGrammar,
  type ApiDescription,
  type Operation,
} from './http-grammar.js';
import { RawSockets, sendInParts } from './raw-sockets.js';

/** Anybody who reaches the web server, and knows no token. */
export class HttpAttacker implements Attacker {
  readonly #port: number;
  readonly #operations: readonly [Operation, ...Operation[]];
  readonly #sockets = new RawSockets();

  private constructor(port: number, operations: readonly [Operation, ...Operation[]]) {
    this.#port = port;
    this.#operations = operations;
  }

  /** Reads which routes there are. */
  static async begin({ web }: AttackedPorts): Promise<HttpAttacker> {
    const response = await fetch(`http://127.0.0.1:${String(web)}/api/openapi.json`);
    return new HttpAttacker(web, operationsOf((await response.json()) as ApiDescription));
  }

  async step(random: Random): Promise<void> {
    if (random.oneIn(8)) this.#sockets.leave(random);
    if (random.oneIn(50)) await sleep(random.below(50));
    const known = random.oneIn(2) ? this.#sockets.any(random) : undefined;
    const socket = known?.writable ? known : await this.#sockets.connect(this.#port, random);
    const count = random.oneIn(20) ? random.below(100) : 1 + random.below(3);
    const requests = Array.from({ length: count }, () => requestByGrammar(random, this.#operations));
    const text = random.oneIn(25) ? otherProtocol(random) : requests.join('');
    const bytes = Buffer.from(text, random.oneIn(4) ? 'latin1' : 'utf8');
    sendInParts(socket, random.oneIn(20) ? mutate(bytes.subarray(0, 10_000), random) : bytes, random);
  }

  close(): Promise<void> {
    this.#sockets.close();
    return Promise.resolve();
  }
}
