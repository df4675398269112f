import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { monotonicUs, openReceiver, type Receiver } from '../../lib/index.js';
import type { Host } from './network.js';
import { until } from './processes.js';

const clockRateHz = 90_000;
/** Arrival times that are remembered. */
const maxArrivals = 512;

/** A frame that a receiver has handed out, and what it has counted so far. */
export interface Arrival {
  readonly rtpTimestamp: number;
  /** On the clock of monotonicMs(). */
  readonly timeMs: number;
  /** When it was captured, on the sender's wall clock: microseconds since 1970. Absent before the sender's first report. */
  readonly captureUnixUs?: number | undefined;
  /** Frames that came in part, or were given up. */
  readonly damagedFrames: number;
  readonly packetsLost: number;
}

/** How a received stream went from one moment to another. */
export interface StreamPassage {
  readonly frames: number;
  /** RTP timestamps that did not grow. */
  readonly backwardSteps: number;
  /** Steps of the RTP timestamp of more than one frame and a half, in frames. */
  readonly gaps: readonly number[];
  readonly damagedFrames: number;
  readonly packetsLost: number;
}

/** Opens a receiver that tells of each frame. Resolves with what closes it. */
type Open = (take: (arrival: Arrival) => void) => Promise<() => Promise<unknown>>;

/** The clock that all processes of the machine share. */
export function monotonicMs(): number {
  return monotonicUs() / 1e3;
}

/** Looks at every frame of a stream. */
export class StreamWatch {
  readonly port: number;
  readonly #fps: number;
  readonly #open: Open;
  #close: (() => Promise<unknown>) | undefined;
  #frames = 0;
  #backwardSteps = 0;
  readonly #gaps: number[] = [];
  #arrivalsMs: number[] = [];
  #last: Arrival | undefined;

  private constructor(port: number, fps: number, open: Open) {
    this.port = port;
    this.#fps = fps;
    this.#open = open;
  }

  /** @param host - who receives; without one, this process does, on 127.0.0.1 */
  static async start(port: number, fps: number, host?: Host): Promise<StreamWatch> {
    const watch = new StreamWatch(port, fps, (take) =>
      host ? receiveOn(host, port, take) : receiveHere(port, take),
    );
    await watch.resume();
    return watch;
  }

  get frames(): number {
    return this.#frames;
  }

  /** The last frame. */
  get last(): Arrival | undefined {
    return this.#last;
  }

  /** The present moment, for passageSince(). */
  mark(): StreamPassage {
    return { ...this.#counts(), gaps: [...this.#gaps] };
  }

  passageSince(mark: StreamPassage): StreamPassage {
    const counts = this.#counts();
    return {
      frames: counts.frames - mark.frames,
      backwardSteps: counts.backwardSteps - mark.backwardSteps,
      gaps: this.#gaps.slice(mark.gaps.length),
      damagedFrames: counts.damagedFrames - mark.damagedFrames,
      packetsLost: counts.packetsLost - mark.packetsLost,
    };
  }

  /** Resolves with how many milliseconds after this moment, which is no more than now, the first frame came. */
  async firstFrameAfter(momentMs: number, timeoutMs: number): Promise<number> {
    const first = (): number | undefined => this.#arrivalsMs.find((timeMs) => timeMs > momentMs);
    await until('a frame', () => first() !== undefined, timeoutMs);
    return (first() ?? Number.NaN) - momentMs;
  }

  /** Waits for so many frames more. */
  async framesMore(count: number, timeoutMs = 15_000): Promise<void> {
    const wanted = this.#frames + count;
    await until(`${String(count)} frames`, () => this.#frames >= wanted, timeoutMs);
  }

  /** Nobody listens any more. */
  async pause(): Promise<void> {
    await this.#close?.();
    this.#close = undefined;
    this.#last = undefined;
  }

  async resume(): Promise<void> {
    this.#close = await this.#open((arrival) => {
      this.#take(arrival);
    });
  }

  #take(arrival: Arrival): void {
    this.#frames += 1;
    this.#arrivalsMs.push(arrival.timeMs);
    if (this.#arrivalsMs.length > 2 * maxArrivals) this.#arrivalsMs = this.#arrivalsMs.slice(-maxArrivals);
    if (this.#last) {
      const stepTicks = (arrival.rtpTimestamp - this.#last.rtpTimestamp) | 0;
      const stepFrames = stepTicks / (clockRateHz / this.#fps);
      if (stepFrames <= 0) this.#backwardSteps += 1;
      else if (stepFrames > 1.5) this.#gaps.push(stepFrames);
    }
    this.#last = arrival;
  }

  #counts(): Omit<StreamPassage, 'gaps'> {
    const { damagedFrames = 0, packetsLost = 0 } = this.#last ?? {};
    return { frames: this.#frames, backwardSteps: this.#backwardSteps, damagedFrames, packetsLost };
  }
}

async function receiveHere(port: number, take: (arrival: Arrival) => void): Promise<() => Promise<void>> {
  const receiver = await openReceiver({ address: '127.0.0.1', port });
  tellArrivals(receiver, take);
  return () => receiver.close();
}

/** A process of its own, this file, on the host. */
async function receiveOn(
  host: Host,
  port: number,
  take: (arrival: Arrival) => void,
): Promise<() => Promise<number>> {
  const program = ['--import', 'tsx', fileURLToPath(import.meta.url), String(port)];
  const receiver = host.start(process.execPath, program);
  // It must not take the processor from those who are looked at while it starts.
  setPriority(receiver.child.pid ?? 0, constants.priority.PRIORITY_LOW);
  let rest = '';
  receiver.child.stdout?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('{')) take(JSON.parse(line) as Arrival);
  });
  await until('the receiver', () => receiver.stdout().includes('listening'), 20_000);
  return () => {
    receiver.child.kill('SIGKILL');
    return receiver.exited;
  };
}

function tellArrivals(receiver: Receiver, take: (arrival: Arrival) => void): void {
  receiver.on('frame', ({ rtpTimestamp, captureUnixUs }) => {
    const counts = receiver.statistics();
    const { framesConcealed, framesLost, framesWithoutTables, framesNotLent, packetsLost } = counts;
    const damagedFrames = framesConcealed + framesLost + framesWithoutTables + framesNotLent;
    take({ rtpTimestamp, timeMs: monotonicMs(), captureUnixUs, damagedFrames, packetsLost });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const receiver = await openReceiver({ port: Number(process.argv[2]) });
  tellArrivals(receiver, (arrival) => process.stdout.write(`${JSON.stringify(arrival)}\n`));
  process.stdout.write('listening\n');
}
