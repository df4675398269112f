import { detach } from '../../errors/faults.js';
import type { ServerResponse } from 'node:http';
import type { Frame, FrameConsumer } from '../../camera/index.js';
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

/** A client that takes no byte for so long is let go, however slow the others are. */
const usualStuckAfterMs = 30_000;
const denominators = [2, 4, 8] as const;

/**
 * A camera's frames as MJPEG over HTTP. No lease is held beyond take(): while there are clients, each frame is copied
 * once for all of them, so that a slow one holds up nobody.
 */
export class MjpegHttpOutput implements FrameConsumer {
  readonly #memory = new SharedJpegs();
  readonly #scalers = new Map<number, PictureScaler>();
  readonly #clients = new Set<MjpegClient>();
  readonly #stuckAfterMs: number;
  #admits = true;
  #framesSent = 0;
  #framesSkipped = 0;
  #clientsStuck = 0;

  constructor(stuckAfterMs = usualStuckAfterMs) {
    this.#stuckAfterMs = stuckAfterMs;
  }

  /** Sends frames until the connection ends. The response must not have been begun. */
  addClient(response: ServerResponse, options: MjpegClientOptions): void {
    const client = new MjpegClient(response, options);
    this.#clients.add(client);
    response.once('close', () => {
      this.#clients.delete(client);
    });
    // The socket's timer begins anew with every byte that the kernel takes, also amid a picture.
    response.setTimeout(this.#stuckAfterMs, () => {
      if (!client.isSending) return; // no frames came
      this.#clientsStuck += 1;
      client.end();
    });
  }

  take(frame: Pick<Frame, 'captureTimeUs' | 'data'>): void {
    if (this.#clients.size === 0) return;
    const ready = [...this.#clients].filter((client) => this.#isReady(client, frame.captureTimeUs));
    const direct = ready.filter(({ denominator }) => denominator === 1);
    const scaled = denominators.filter(
      (denominator) =>
        !this.#scalers.get(denominator)?.isBusy && ready.some((client) => client.denominator === denominator),
    );
    if (direct.length === 0 && scaled.length === 0) return;
    const jpeg = this.#memory.copy(frame.data, frame.captureTimeUs);
    for (const client of direct) this.#send(client, jpeg);
    for (const denominator of scaled) this.#sendScaled(denominator, jpeg);
    jpeg.release();
  }

  wantsFrames(): boolean {
    return this.#clients.size > 0;
  }

  statistics(): MjpegHttpStatistics {
    return {
      clients: this.#clients.size,
      framesSent: this.#framesSent,
      framesSkipped: this.#framesSkipped,
      clientsStuck: this.#clientsStuck,
    };
  }

  /** Whether there may be clients now. */
  get admits(): boolean {
    return this.#admits;
  }

  /** Ends all clients, and says that there are to be none, until told otherwise. */
  setAdmits(admits: boolean): void {
    this.#admits = admits;
    if (!admits) this.close();
  }

  close(): void {
    for (const client of this.#clients) client.end();
  }

  #isReady(client: MjpegClient, captureTimeUs: number): boolean {
    if (client.isSending) this.#framesSkipped += 1;
    return client.wants(captureTimeUs);
  }

  #send(client: MjpegClient, jpeg: SharedJpeg): void {
    client.send(jpeg);
    this.#framesSent += 1;
  }

  /** The scaler must not be busy. */
  #sendScaled(denominator: 2 | 4 | 8, jpeg: SharedJpeg): void {
    const scaler = this.#scalers.get(denominator) ?? new PictureScaler(denominator, this.#memory);
    this.#scalers.set(denominator, scaler);
    const send = (scaled: SharedJpeg | undefined): void => {
      if (!scaled) return;
      for (const client of this.#clients) {
        if (client.denominator === denominator && client.wants(scaled.captureTimeUs)) {
          this.#send(client, scaled);
        }
      }
      scaled.release();
    };
    detach('preview', scaler.scale(jpeg).then(send));
  }
}
