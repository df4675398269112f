import type { ServerResponse } from 'node:http';
import type { Frame, FrameConsumer } from '../../camera/index.js';
import { monotonicUs } from '../../util/clock.js';
import { MjpegClient, type MjpegClientOptions } from './mjpeg-client.js';
import { PictureScaler } from './picture-scaler.js';
import { SharedJpegs, type SharedJpeg } from './shared-jpegs.js';

export interface MjpegHttpStatistics {
  /** Clients that are connected. */
  readonly clients: number;
  /** Frames handed to a client, for all clients together. */
  readonly framesSent: number;
  /** Frames that a client was too slow for. */
  readonly framesSkipped: number;
  /** Clients that were let go because they had stopped reading. */
  readonly clientsStuck: number;
}

/**
 * A camera's frames as MJPEG over HTTP. No lease is held beyond take(): while there are clients, each frame is copied
 * once for all of them, so that a slow one holds up nobody.
 */
export class MjpegHttpOutput implements FrameConsumer {
  readonly #memory = new SharedJpegs();
  readonly #scalers = new Map<number, PictureScaler>();
  readonly #clients = new Set<MjpegClient>();
  #framesSent = 0;
  #framesSkipped = 0;
  #clientsStuck = 0;

  /** Sends frames until the connection ends. The response must not have been begun. */
  addClient(response: ServerResponse, options: MjpegClientOptions): void {
    const client = new MjpegClient(response, options);
    this.#clients.add(client);
    response.once('close', () => {
      this.#clients.delete(client);
    });
  }

  take(frame: Frame): void {
    if (this.#clients.size === 0) return;
    const nowUs = monotonicUs();
    const ready = [...this.#clients].filter((client) => this.#isReady(client, frame.captureTimeUs, nowUs));
    if (ready.length === 0) return;
    const jpeg = this.#memory.copy(frame.data, frame.captureTimeUs);
    for (const client of ready) if (client.denominator === 1) this.#send(client, jpeg, nowUs);
    for (const denominator of [2, 4, 8] as const) {
      if (ready.some((client) => client.denominator === denominator)) this.#sendScaled(denominator, jpeg);
    }
    jpeg.release();
  }

  statistics(): MjpegHttpStatistics {
    return {
      clients: this.#clients.size,
      framesSent: this.#framesSent,
      framesSkipped: this.#framesSkipped,
      clientsStuck: this.#clientsStuck,
    };
  }

  close(): void {
    for (const client of this.#clients) client.end();
  }

  #isReady(client: MjpegClient, captureTimeUs: number, nowUs: number): boolean {
    if (client.wants(captureTimeUs)) return true;
    if (client.isSending) this.#framesSkipped += 1;
    if (client.isStuck(nowUs)) {
      this.#clientsStuck += 1;
      client.end();
    }
    return false;
  }

  #send(client: MjpegClient, jpeg: SharedJpeg, nowUs: number): void {
    client.send(jpeg, nowUs);
    this.#framesSent += 1;
  }

  #sendScaled(denominator: 2 | 4 | 8, jpeg: SharedJpeg): void {
    const scaler = this.#scalers.get(denominator) ?? new PictureScaler(denominator, this.#memory);
    this.#scalers.set(denominator, scaler);
    if (scaler.isBusy) return;
    void scaler.scale(jpeg).then((scaled) => {
      if (!scaled) return;
      const nowUs = monotonicUs();
      for (const client of this.#clients) {
        if (client.denominator === denominator && client.wants(scaled.captureTimeUs)) {
          this.#send(client, scaled, nowUs);
        }
      }
      scaled.release();
    });
  }
}
