import { spawn, type ChildProcess } from 'node:child_process';
import { openReceiver, type Receiver } from '../../lib/index.js';
import { barsPosition } from '../helpers/bars.js';
import { monotonicMs } from '../helpers/stream-watch.js';

const size = { width: 640, height: 480 };
/** Rows of each picture that are looked at: those of one block. */
const rows = 8;
const clockRateHz = 90_000;
/** Messages that are kept; all are counted. */
const maxMessages = 20;

interface Step {
  readonly rtpTimestamp: number;
  /** From the frame before, in frames; 0 for the first. */
  readonly frames: number;
  /** Whether a fault was going on, or the frame before came during one. */
  readonly isDisturbed: boolean;
}

/**
 * A stream of libcamera's moving bars, each frame of which is decoded and compared with the one before: the picture has
 * to move by one column with each frame, and by no more than the timestamps say.
 */
export class CheckedStream {
  readonly port: number;
  readonly errors: string[] = [];
  errorCount = 0;
  frames = 0;
  decoded = 0;
  /** Frames that were missing while no fault was going on. */
  undisturbedGaps = 0;
  lastFrameMs = monotonicMs();
  readonly #receiver: Receiver;
  readonly #decoder: ChildProcess;
  readonly #isDisturbed: (withinMs: number) => boolean;
  readonly #steps: Step[] = [];
  readonly #fps: number;
  #last: { readonly rtpTimestamp: number; readonly isDisturbed: boolean } | undefined;
  #lastPosition: number | undefined;
  #rest: Buffer = Buffer.alloc(0);
  #lastDamaged = 0;

  private constructor(receiver: Receiver, fps: number, isDisturbed: (withinMs: number) => boolean) {
    this.#receiver = receiver;
    this.port = receiver.port;
    this.#fps = fps;
    this.#isDisturbed = isDisturbed;
    this.#decoder = spawnDecoder();
    this.#decoder.stdout?.on('data', (chunk: Buffer) => {
      this.#takeRows(chunk);
    });
    receiver.on('frame', (frame) => {
      this.#takeFrame(frame.rtpTimestamp, frame.isConcealed);
      this.#decoder.stdin?.write(frame.copy());
    });
  }

  /** @param isDisturbed - whether a fault excuses what has been wrong within the last so many milliseconds */
  static async open(
    port: number,
    fps: number,
    isDisturbed: (withinMs: number) => boolean,
  ): Promise<CheckedStream> {
    return new CheckedStream(await openReceiver({ address: '127.0.0.1', port }), fps, isDisturbed);
  }

  async close(): Promise<void> {
    await this.#receiver.close();
    this.#decoder.stdin?.end();
    await new Promise((resolve) => this.#decoder.once('close', resolve));
    if (this.decoded !== this.frames)
      this.#fail(`${String(this.frames - this.decoded)} frames were not decoded`);
  }

  #takeFrame(rtpTimestamp: number, isConcealed: boolean): void {
    const isDisturbed = this.#isDisturbed(100);
    this.frames += 1;
    this.lastFrameMs = monotonicMs();
    const ticks = this.#last ? (rtpTimestamp - this.#last.rtpTimestamp) | 0 : 0;
    if (this.#last && ticks <= 0) this.#fail(`the RTP timestamp went by ${String(ticks)}`);
    const frames = Math.round((ticks * this.#fps) / clockRateHz);
    const wasDisturbed = isDisturbed || this.#last?.isDisturbed === true;
    if (frames > 1 && !wasDisturbed) this.undisturbedGaps += frames - 1;
    const { framesLost, packetsLost } = this.#receiver.statistics();
    const damaged = framesLost + Math.max(packetsLost, 0) + (isConcealed ? 1 : 0);
    if (damaged > this.#lastDamaged)
      this.#fail(`${String(damaged - this.#lastDamaged)} packets or frames were lost`);
    this.#lastDamaged = damaged;
    this.#steps.push({ rtpTimestamp, frames, isDisturbed: wasDisturbed });
    this.#last = { rtpTimestamp, isDisturbed };
  }

  #takeRows(chunk: Buffer): void {
    const bytes = Buffer.concat([this.#rest, chunk]);
    const frameBytes = size.width * rows;
    let at = 0;
    for (; at + frameBytes <= bytes.length; at += frameBytes) this.#look(bytes.subarray(at, at + frameBytes));
    this.#rest = Buffer.from(bytes.subarray(at));
  }

  #look(luma: Uint8Array): void {
    this.decoded += 1;
    const position = barsPosition(luma, size.width);
    const step = this.#steps.shift();
    const last = this.#lastPosition;
    this.#lastPosition = position;
    if (!step || last === undefined || step.isDisturbed) return;
    const moved = (last - position + size.width) % size.width;
    // A camera whose thread is late skips a frame, and its picture moves on with the next.
    if (moved < 1 || moved > step.frames)
      this.#fail(`the picture moved by ${String(moved)} columns in ${String(step.frames)} frames`);
  }

  #fail(message: string): void {
    this.errorCount += 1;
    if (this.errors.length < maxMessages) this.errors.push(`port ${String(this.port)}: ${message}`);
  }
}

/** JPEGs in, the first rows of each picture out. */
function spawnDecoder(): ChildProcess {
  const input = ['-f', 'mjpeg', '-probesize', '32', '-analyzeduration', '0', '-i', 'pipe:0'];
  const output = ['-vf', `crop=${String(size.width)}:${String(rows)}:0:0`, '-pix_fmt', 'gray'];
  const all = [...input, ...output, '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'];
  return spawn('ffmpeg', ['-loglevel', 'error', '-threads', '1', ...all], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}
