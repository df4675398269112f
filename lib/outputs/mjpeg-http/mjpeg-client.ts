import type { ServerResponse } from 'node:http';
import type { SharedJpeg } from './shared-jpegs.js';

export interface MjpegClientOptions {
  /** Frames a second at most; default all. */
  readonly maxFps?: number | undefined;
  /** What the picture's sides are divided by, default 1. */
  readonly denominator?: 1 | 2 | 4 | 8 | undefined;
  /** Whether to end each part with the beginning of the next: Chromium shows a picture only then. */
  readonly opensNextPart: boolean;
}

const boundary = 'pi-camera-streamer-frame';
const openPart = Buffer.from(`--${boundary}\r\nContent-Type: image/jpeg\r\n\r\n`);
const nextPart = Buffer.from(`\r\n--${boundary}\r\nContent-Type: image/jpeg\r\n\r\n`);
const partEnd = Buffer.from('\r\n');

/** What comes a little early is due as well: cameras are not exact. */
const earlyUs = 3000;

/** One response of multipart/x-mixed-replace (RFC 2046 section 5.1). It is sent one picture at a time. */
export class MjpegClient {
  readonly denominator: 1 | 2 | 4 | 8;
  readonly #response: ServerResponse;
  readonly #options: MjpegClientOptions;
  readonly #intervalUs: number;
  #nextDueUs = -Infinity;

  constructor(response: ServerResponse, options: MjpegClientOptions) {
    this.denominator = options.denominator ?? 1;
    this.#response = response;
    this.#options = options;
    this.#intervalUs = options.maxFps === undefined ? 0 : 1e6 / options.maxFps;
    // Ends with the connection: neither a length nor chunks, which small clients do not understand.
    response.useChunkedEncodingByDefault = false;
    response.shouldKeepAlive = false;
    response.writeHead(200, {
      'Content-Type': `multipart/x-mixed-replace;boundary=${boundary}`,
      'Cache-Control': 'no-store',
      Connection: 'close',
    });
    response.flushHeaders();
    if (options.opensNextPart) response.write(openPart);
  }

  /** Whether a frame of this time can be sent now. */
  wants(captureTimeUs: number): boolean {
    return !this.isSending && captureTimeUs + earlyUs >= this.#nextDueUs;
  }

  /** Whether the kernel has no room yet for all of the last picture. */
  get isSending(): boolean {
    return this.#response.writableLength > 0;
  }

  send(jpeg: SharedJpeg): void {
    const { captureTimeUs } = jpeg;
    // On a grid, so that the rate is kept; after a pause it begins anew.
    const isLate = captureTimeUs > this.#nextDueUs + this.#intervalUs;
    this.#nextDueUs = (isLate ? captureTimeUs : this.#nextDueUs) + this.#intervalUs;
    jpeg.retain();
    const response = this.#response;
    response.cork();
    if (!this.#options.opensNextPart) response.write(partHeader(jpeg));
    response.write(jpeg.bytes);
    // Called too when the connection breaks.
    response.write(this.#options.opensNextPart ? nextPart : partEnd, () => {
      jpeg.release();
    });
    response.uncork();
  }

  end(): void {
    this.#response.destroy();
  }
}

function partHeader({ bytes, captureTimeUs }: SharedJpeg): string {
  return `--${boundary}\r\nContent-Type: image/jpeg\r\nContent-Length: ${String(bytes.byteLength)}\r\nX-Timestamp: ${(captureTimeUs / 1e6).toFixed(6)}\r\n\r\n`;
}
