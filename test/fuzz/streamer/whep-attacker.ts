import { randomUUID } from 'node:crypto';
import { PeerClient } from '../../helpers/peer-client.js';
import { offer } from '../../outputs/webrtc/offers.js';
import type { Random } from '../random.js';
import { offerByGrammar } from '../sdp-grammar.js';
import type { AttackedPorts, Attacker } from './attacker.js';
import { AttackersSockets } from './attackers-sockets.js';
import { feedbackByGrammar } from './feedback-grammar.js';
import { exchange } from './http-exchange.js';
import { icePacket } from './ice-packets.js';

/** A session that was answered. It never connects. */
interface Session {
  readonly path: string;
  readonly icePort: number;
  readonly ufrag: string;
}

const maxSessions = 40;
const maxClients = 3;
const packetsAtOnce = 20;

/** Viewers by WHEP: most never connect, some do, and then say what no browser would. */
export class WhepAttacker implements Attacker {
  readonly #port: number;
  readonly #udp: AttackersSockets;
  readonly #sessions: Session[] = [];
  readonly #clients: PeerClient[] = [];
  #joining: Promise<void> | undefined;

  private constructor(port: number, udp: AttackersSockets) {
    this.#port = port;
    this.#udp = udp;
  }

  static async begin({ web }: AttackedPorts): Promise<WhepAttacker> {
    return new WhepAttacker(web, await AttackersSockets.open());
  }

  async step(random: Random): Promise<void> {
    const way = random.below(10);
    if (way < 3) await this.#offer(random);
    else if (way < 5) await this.#askOfSession(random);
    else if (way < 7) await this.#sendToIce(random);
    else if (way < 9) this.#sendFeedback(random);
    else await this.#comeOrGo(random);
  }

  async #offer(random: Random): Promise<void> {
    const path = `/whep/${random.pick(['camera1', 'camera2', 'camera2'])}`;
    const sdp = random.oneIn(3) ? offer() : offerByGrammar(random);
    const { status, location, body } = await exchange(random, {
      port: this.#port,
      method: 'POST',
      path,
      body: sdp,
    });
    if (status !== 201) return;
    if (this.#sessions.length >= maxSessions) this.#sessions.shift();
    // All candidates are of one socket, which loopback reaches as well.
    const icePort = Number(/^a=candidate:\S+ 1 UDP \d+ [\d.]+ (\d+) /im.exec(body)?.[1] ?? 0);
    this.#sessions.push({ path: location, icePort, ufrag: /^a=ice-ufrag:(\S+)/m.exec(body)?.[1] ?? '' });
  }

  async #askOfSession(random: Random): Promise<void> {
    const guessed = `/whep/camera1/${random.pick([randomUUID(), '', '..', '__proto__', 'x'.repeat(3000)])}`;
    const path = this.#session(random)?.path ?? guessed;
    const method = random.pick(['DELETE', 'DELETE', 'PATCH', 'OPTIONS', 'GET', 'POST', 'PUT']);
    const body = method === 'DELETE' ? '' : random.pick(['', 'a=candidate:1', offer()]);
    await exchange(random, { port: this.#port, method, path, body });
  }

  async #sendToIce(random: Random): Promise<void> {
    const session = this.#session(random);
    if (!session || session.icePort === 0) return;
    for (let i = random.below(packetsAtOnce); i > 0; i--)
      await this.#udp.send(random, icePacket(random, session.ufrag), session.icePort);
  }

  #sendFeedback(random: Random): void {
    for (const client of this.#clients)
      for (let i = random.below(packetsAtOnce); i > 0; i--) client.sendRtcp(feedbackByGrammar(random));
  }

  async #comeOrGo(random: Random): Promise<void> {
    if (this.#clients.length < maxClients && !this.#joining) {
      const url = `http://127.0.0.1:${String(this.#port)}/whep/${random.pick(['camera1', 'camera2'])}`;
      // It takes as long as it takes, and fails when another attacker's client needs the place.
      this.#joining = PeerClient.join(url, undefined, { reports: false })
        .then((client) => {
          if (!client.refusal) this.#clients.push(client);
        })
        .catch(() => undefined)
        .finally(() => {
          this.#joining = undefined;
        });
    } else if (random.oneIn(4)) {
      const [client] = this.#clients.splice(random.below(maxClients), 1);
      if (random.oneIn(2)) client?.hangUp();
      else await client?.leave().catch(() => undefined);
    }
  }

  #session(random: Random): Session | undefined {
    return this.#sessions[random.below(maxSessions)];
  }

  async close(): Promise<void> {
    await this.#joining;
    for (const client of this.#clients) client.hangUp();
    this.#udp.close();
  }
}
