import { spawn, type ChildProcess } from 'node:child_process';
import { openReceiver, type Receiver } from '../../../lib/index.js';
import { readMark } from '../../helpers/oracle.js';
import { lumaAt } from '../../helpers/pattern-colours.js';

export interface WatchedSize {
  readonly width: number;
  readonly height: number;
}

export interface StreamFigures {
  readonly frames: number;
  /** Numbers of frames that were missing. */
  readonly lost: number;
  /** Pictures that are not what the camera shows, were damaged, came twice or too late. */
  readonly wrong: number;
  /** Of all frames: from the moment when it was due to its last packet. */
  readonly latenessP999Ms: number;
}

/** Every so many pixels one is looked at, in all rows and columns by turns. */
const pixelStep = 97;
/** Of the mean difference from the pattern, 0..255. JPEG of quality 85 makes less than 2. */
const maxError = 8;
const bucketsPerMs = 10;
const maxLatenessMs = 3000;

/** A camera's test pattern, received by RTP: every picture is decoded, and is to be the next one. */
export class WatchedStream {
  readonly #size: WatchedSize;
  readonly #receiver: Receiver;
  readonly #decoder: ChildProcess;
  readonly #pattern: Uint8Array;
  readonly #arrivalsUs: number[] = [];
  readonly #lateness = new Uint32Array(maxLatenessMs * bucketsPerMs);
  readonly #picture: Buffer;
  #pictureBytes = 0;
  #frames = 0;
  #lost = 0;
  #wrong = 0;
  #damagedBefore = 0;
  #sequence: number | undefined;

  private constructor(receiver: Receiver, size: WatchedSize) {
    this.#receiver = receiver;
    this.#size = size;
    this.#picture = Buffer.alloc(size.width * size.height);
    this.#pattern = Uint8Array.from(this.#picture, (_, at) =>
      lumaAt(at % size.width, Math.floor(at / size.width), size),
    );
    this.#decoder = spawnDecoder();
    this.#decoder.stdout?.on('data', (chunk: Buffer) => {
      this.#takePixels(chunk);
    });
    receiver.on('frame', (frame) => {
      this.#arrivalsUs.push(frame.lastPacketUs);
      this.#decoder.stdin?.write(frame.copy());
    });
  }

  static async open(port: number, size: WatchedSize): Promise<WatchedStream> {
    return new WatchedStream(await openReceiver({ address: '127.0.0.1', port }), size);
  }

  /** Counts from now on. */
  begin(): void {
    this.#frames = this.#lost = this.#wrong = 0;
    this.#damagedBefore = this.#damaged();
    this.#lateness.fill(0);
  }

  figures(): StreamFigures {
    const wrong = this.#wrong + this.#damaged() - this.#damagedBefore;
    return { frames: this.#frames, lost: this.#lost, wrong, latenessP999Ms: this.#latenessP999Ms() };
  }

  async close(): Promise<void> {
    await this.#receiver.close();
    this.#decoder.stdin?.end();
    await new Promise((resolve) => this.#decoder.once('close', resolve));
  }

  #damaged(): number {
    const { framesConcealed, framesLost, framesWithoutTables, framesNotLent } = this.#receiver.statistics();
    return framesConcealed + framesLost + framesWithoutTables + framesNotLent;
  }

  #takePixels(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      const copied = chunk.copy(this.#picture, this.#pictureBytes, at);
      at += copied;
      this.#pictureBytes += copied;
      if (this.#pictureBytes < this.#picture.length) continue;
      this.#pictureBytes = 0;
      this.#look();
    }
  }

  #look(): void {
    const { width, height } = this.#size;
    const arrivalUs = this.#arrivalsUs.shift() ?? Number.NaN;
    const mark = readMark({ samples: this.#picture, stride: width, width, height });
    this.#frames += 1;
    if (!mark || this.#error(mark.sequence) > maxError) this.#wrong += 1;
    if (!mark) return;
    // Both are on CLOCK_MONOTONIC; the mark has 32 bits of it, and 24 of the number.
    const latenessUs = (arrivalUs - mark.captureTimeUs) | 0;
    const bucket = Math.floor((latenessUs / 1000) * bucketsPerMs);
    const at = Math.min(Math.max(bucket, 0), this.#lateness.length - 1);
    this.#lateness[at] = (this.#lateness[at] ?? 0) + 1;
    if (this.#sequence !== undefined) {
      const step = (mark.sequence - this.#sequence) & 0xff_ffff;
      if (step === 0 || step >= 2 ** 23) this.#wrong += 1;
      else this.#lost += step - 1;
    }
    this.#sequence = mark.sequence;
  }

  /** Mean difference from what the pattern shows then: it moves by two pixels with each frame. */
  #error(sequence: number): number {
    const { width } = this.#size;
    const shift = (2 * sequence) % width;
    const markSide = 128;
    let sum = 0;
    let count = 0;
    for (let at = sequence % pixelStep; at < this.#picture.length; at += pixelStep) {
      const [x, y] = [at % width, Math.floor(at / width)];
      if (x < markSide + 8 && y < markSide + 8) continue;
      sum += Math.abs((this.#picture[at] ?? 0) - (this.#pattern[y * width + ((x + shift) % width)] ?? 0));
      count += 1;
    }
    return sum / count;
  }

  #latenessP999Ms(): number {
    const total = this.#lateness.reduce((sum, count) => sum + count, 0);
    let left = total * 0.001;
    for (let bucket = this.#lateness.length - 1; bucket >= 0; bucket--) {
      left -= this.#lateness[bucket] ?? 0;
      if (left < 0) return (bucket + 1) / bucketsPerMs;
    }
    return Number.NaN;
  }
}

/** JPEGs in, the luma of each picture out. */
function spawnDecoder(): ChildProcess {
  const input = ['-f', 'mjpeg', '-probesize', '32', '-analyzeduration', '0', '-i', 'pipe:0'];
  const output = ['-pix_fmt', 'gray', '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'];
  return spawn('ffmpeg', ['-loglevel', 'error', '-threads', '1', ...input, ...output], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
}
