import type { ServerResponse } from 'node:http';
import { StreamerError } from '../errors/index.js';
import { whoGivesWay, type PlaceHolder } from '../util/places.js';
import type { StatisticsClock } from './statistics-clock.js';
import type { Streamer } from './streamer.js';

/** A client that is so far behind misses statistics. */
const maxWaitingBytes = 256 * 1024;
const maxClients = 32;

interface Client extends PlaceHolder {
  readonly response: ServerResponse;
}

/** Server-sent events (HTML standard, section 9.2) about all cameras. */
export class EventStream {
  readonly #streamer: Streamer;
  /** The oldest first. */
  readonly #clients = new Set<Client>();

  constructor(streamer: Streamer, clock: StatisticsClock) {
    this.#streamer = streamer;
    clock.onStatistics((statistics) => {
      this.#send('statistics', statistics);
    });
    streamer.onChange((camera) => {
      this.#send('camera', camera.describe());
    });
  }

  /**
   * Makes room for one more client.
   *
   * @throws StreamerError ERR_TOO_MANY
   */
  admit(newcomer: PlaceHolder): void {
    if (this.#clients.size < maxClients) return;
    const leaving = whoGivesWay(newcomer, [...this.#clients]);
    if (!leaving) throw new StreamerError('ERR_TOO_MANY', 'too many clients of events');
    this.#clients.delete(leaving);
    leaving.response.destroy();
  }

  /** The response's headers have been set, and not been sent. */
  addClient(response: ServerResponse, holder: PlaceHolder): void {
    const client = { ...holder, response };
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no', // or nginx waits for more
    });
    response.write(
      toEvent(
        'cameras',
        this.#streamer.cameras.map((camera) => camera.describe()),
      ),
    );
    this.#clients.add(client);
    response.once('close', () => this.#clients.delete(client));
  }

  #send(name: string, data: unknown): void {
    if (this.#clients.size === 0) return;
    const event = toEvent(name, data);
    for (const { response } of this.#clients) {
      if (response.writableLength < maxWaitingBytes) response.write(event);
      // Statistics come again; a change that is missed would stay unknown, so that the client has to begin anew.
      else if (name !== 'statistics') response.destroy();
    }
  }
}

function toEvent(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
