import type { Socket } from 'node:net';
import { offer } from '../../outputs/webrtc/offers.js';
import { mutate } from '../mutate.js';
import type { Random } from '../random.js';
import { candidateByGrammar, offerByGrammar } from '../sdp-grammar.js';
import type { AttackedPorts, Attacker } from './attacker.js';
import { requestByGrammar } from './http-grammar.js';
import { jsonText, valueBySchema, type JsonSchema } from './json-grammar.js';
import { RawSockets, sendInParts } from './raw-sockets.js';
import { controlFrame, handshakeByGrammar, messageFrames } from './websocket-grammar.js';

const candidate: JsonSchema = {
  type: 'object',
  properties: {
    candidate: { type: 'string' },
    sdpMid: { type: 'string' },
    sdpMLineIndex: { type: 'integer' },
  },
};
const description: JsonSchema = {
  type: 'object',
  properties: { type: { enum: ['offer', 'answer', 'rollback'] }, sdp: { type: 'string' } },
};
const anyMessage: JsonSchema = {
  type: 'object',
  properties: {
    type: { enum: ['offer', 'ice-candidate', 'ping', 'answer', 'pong', 'shutdown', 'Offer'] },
    data: { anyOf: [description, candidate, {}] },
  },
};

/** Clients of /ws, in every state: some never offer, some offer again and again, some leave while they are answered. */
export class SignallingAttacker implements Attacker {
  readonly #ports: readonly [number, ...number[]];
  readonly #sockets = new RawSockets();

  constructor({ signalling: [first = 0, ...rest] }: AttackedPorts) {
    this.#ports = [first, ...rest];
  }

  async step(random: Random): Promise<void> {
    if (random.oneIn(10)) this.#sockets.leave(random);
    const known = random.oneIn(6) ? undefined : this.#sockets.any(random);
    const socket = known?.writable ? known : await this.#open(random);
    this.#say(socket, random);
  }

  async #open(random: Random): Promise<Socket> {
    const port = random.pick(this.#ports);
    const socket = await this.#sockets.connect(port, random);
    const isOther = random.oneIn(20);
    const request = isOther
      ? requestByGrammar(random, [{ method: 'GET', path: '/ws', body: {} }])
      : handshakeByGrammar(random);
    sendInParts(socket, Buffer.from(request), random);
    return socket;
  }

  /** One message, or several at once, such as candidates that belong to an offer which is still being answered. */
  #say(socket: Socket, random: Random): void {
    const way = random.below(20);
    const count = way === 0 ? 250 : way < 8 ? 2 + random.below(6) : 1;
    const frames = Array.from({ length: count }, (_, i) => {
      if (random.oneIn(12)) return controlFrame(random);
      return messageFrames(random, messageText(random, count > 1 && i > 0));
    });
    const bytes = Buffer.concat(frames);
    sendInParts(socket, random.oneIn(30) ? mutate(bytes.subarray(0, 10_000), random) : bytes, random);
  }

  close(): Promise<void> {
    this.#sockets.close();
    return Promise.resolve();
  }
}

/** @param isLater - whether it comes after others, which are mostly an offer's candidates */
function messageText(random: Random, isLater: boolean): string {
  const way = isLater ? 3 + random.below(9) : random.below(12);
  if (way < 2) return JSON.stringify({ type: 'offer', data: { type: 'offer', sdp: offer() } });
  if (way < 5) return JSON.stringify({ type: 'offer', data: { type: 'offer', sdp: offerByGrammar(random) } });
  if (way < 9)
    return JSON.stringify({
      type: 'ice-candidate',
      data: { candidate: candidateByGrammar(random), sdpMid: random.pick(['0', '1', '', 'x']) },
    });
  if (way === 9) return '{"type":"ping"}';
  if (way === 10 && random.oneIn(10)) return 'x'.repeat(70_000 + random.below(100_000));
  return jsonText(random, valueBySchema(random, anyMessage));
}
