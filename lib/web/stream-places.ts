import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StreamerError } from '../errors/index.js';
import { whoGivesWay, type PlaceHolder } from '../util/places.js';
import { holderOf } from './security/access-control.js';
import { takeOver } from './web-app.js';

interface Holder extends PlaceHolder {
  readonly response: ServerResponse;
}

/** The places of responses that stream without end: of events, or of previews. */
export class StreamPlaces {
  readonly #max: number;
  readonly #refusal: string;
  /** The oldest first. */
  readonly #holders = new Set<Holder>();

  /** @param refusal - one sentence for those who get no place */
  constructor(max: number, refusal: string) {
    this.#max = max;
    this.#refusal = refusal;
  }

  /**
   * The response of a reply, with a place until it is closed.
   *
   * @throws StreamerError ERR_TOO_MANY; ERR_CONFLICT when the connection is gone
   */
  take(request: FastifyRequest, reply: FastifyReply): ServerResponse {
    const newcomer = holderOf(request);
    const isFull = this.#holders.size >= this.#max;
    const leaving = isFull ? whoGivesWay(newcomer, [...this.#holders]) : undefined;
    if (isFull && !leaving) throw new StreamerError('ERR_TOO_MANY', this.#refusal);
    const response = takeOver(reply); // nobody leaves for a connection that is gone
    if (leaving) {
      this.#holders.delete(leaving);
      leaving.response.destroy();
    }
    const holder = { ...newcomer, response };
    this.#holders.add(holder);
    response.once('close', () => this.#holders.delete(holder));
    return response;
  }
}
