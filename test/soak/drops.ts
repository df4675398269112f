import { cpus } from 'node:os';

/** What a camera's statistics say. */
interface Statistics {
  readonly msg: string;
  readonly camera?: string;
  readonly dropped?: Readonly<Record<string, number>>;
}

/** A statistics line tells of the second before it. */
const lineMs = 1200;
const sampleMs = 100;

/** A drop while less of the processors than this was idle is the machine's. */
const minIdleShare = 0.1;

/** Frames and packets that the streamer says it dropped, by reason. */
export class Drops {
  readonly total: Record<string, number> = {};
  /** No fault had been on, and no processor idle: others had the machine. */
  readonly whileMachineWasFull: Record<string, number> = {};
  /** Neither explains them. */
  readonly unexplained: Record<string, number> = {};
  readonly #last = new Map<string, number>();
  readonly #wasDisturbed: (camera: number, withinMs: number) => boolean;
  readonly #processors = new Processors();
  #rest = '';

  constructor(wasDisturbed: (camera: number, withinMs: number) => boolean) {
    this.#wasDisturbed = wasDisturbed;
  }

  close(): void {
    this.#processors.close();
  }

  /** Takes a piece of the streamer's log. */
  take(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('{') && line.includes('"statistics"'))
        this.#takeLine(JSON.parse(line) as Statistics);
    }
  }

  #takeLine({ camera = '', dropped = {} }: Statistics): void {
    const { leastIdleShare } = this.#processors;
    for (const [reason, count] of Object.entries(dropped)) {
      const key = `${camera} ${reason}`;
      const more = count - (this.#last.get(key) ?? 0);
      this.#last.set(key, count);
      if (more <= 0) continue;
      this.total[reason] = (this.total[reason] ?? 0) + more;
      if (this.#wasDisturbed(Number(camera.slice(-1)) - 1, lineMs)) continue;
      const kind = leastIdleShare < minIdleShare ? this.whileMachineWasFull : this.unexplained;
      kind[key] = (kind[key] ?? 0) + more;
    }
  }
}

/** How much of the machine's processors nobody uses. */
class Processors {
  #last = processorTimes();
  readonly #shares: number[] = [];
  readonly #timer = setInterval(() => {
    this.#sample();
  }, sampleMs);

  /** The least in any tenth of a second of a statistics line's, 0..1. */
  get leastIdleShare(): number {
    return Math.min(...this.#shares, 1);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    const now = processorTimes();
    const allMs = now.allMs - this.#last.allMs;
    this.#shares.push(allMs > 0 ? (now.idleMs - this.#last.idleMs) / allMs : 1);
    if (this.#shares.length > lineMs / sampleMs) this.#shares.shift();
    this.#last = now;
  }
}

function processorTimes(): { readonly idleMs: number; readonly allMs: number } {
  const times = cpus().map((processor) => processor.times);
  return {
    idleMs: times.reduce((sum, { idle }) => sum + idle, 0),
    allMs: times.reduce((sum, time) => sum + time.idle + time.user + time.sys + time.nice + time.irq, 0),
  };
}
