import type { ServerResponse } from 'node:http';
import type { StatisticsClock } from './statistics-clock.js';
import type { Streamer } from './streamer.js';

/** A client that is so far behind misses statistics. */
const maxWaitingBytes = 256 * 1024;

/** Server-sent events (HTML standard, section 9.2) about all cameras. */
export class EventStream {
  readonly #streamer: Streamer;
  readonly #clients = new Set<ServerResponse>();

  constructor(streamer: Streamer, clock: StatisticsClock) {
    this.#streamer = streamer;
    clock.onStatistics((statistics) => {
      this.#send('statistics', statistics);
    });
    streamer.onChange((camera) => {
      this.#send('camera', camera.describe());
    });
  }

  /** The response's headers have been set, and not been sent. */
  addClient(response: ServerResponse): void {
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
    this.#clients.add(response);
    response.once('close', () => this.#clients.delete(response));
  }

  #send(name: string, data: unknown): void {
    if (this.#clients.size === 0) return;
    const event = toEvent(name, data);
    for (const response of this.#clients) {
      if (response.writableLength < maxWaitingBytes) response.write(event);
      // Statistics come again; a change that is missed would stay unknown, so that the client has to begin anew.
      else if (name !== 'statistics') response.destroy();
    }
  }
}

function toEvent(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
