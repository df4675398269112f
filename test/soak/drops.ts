import { readFileSync } from 'node:fs';

/** What a camera's statistics say. */
interface Statistics {
  readonly msg: string;
  readonly camera?: string;
  readonly dropped?: Readonly<Record<string, number>>;
}

/** A statistics line tells of the second before it. */
const lineMs = 1200;
const sampleMs = 100;

/** A drop while less of the processors than this was idle is the machine's, */
const minIdleShare = 0.1;
/** and so is one while its host kept a processor for itself for so long of a sample: nearly a frame. */
const maxStolenMs = 30;
/** The unit of /proc/stat. */
const tickMs = 10;

/** Frames and packets that the streamer says it dropped, by reason. */
export class Drops {
  readonly total: Record<string, number> = {};
  /** No fault had been on, and no processor idle, or one not there: others had the machine. */
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
    const { wereTaken } = this.#processors;
    for (const [reason, count] of Object.entries(dropped)) {
      const key = `${camera} ${reason}`;
      const more = count - (this.#last.get(key) ?? 0);
      this.#last.set(key, count);
      if (more <= 0) continue;
      this.total[reason] = (this.total[reason] ?? 0) + more;
      if (this.#wasDisturbed(Number(camera.slice(-1)) - 1, lineMs)) continue;
      const kind = wereTaken ? this.whileMachineWasFull : this.unexplained;
      kind[key] = (kind[key] ?? 0) + more;
    }
  }
}

/** Whether others had the machine's processors. */
class Processors {
  #last = processorTimes();
  /** Of each tenth of a second of a statistics line's. */
  readonly #samples: boolean[] = [];
  readonly #timer = setInterval(() => {
    this.#sample();
  }, sampleMs);

  get wereTaken(): boolean {
    return this.#samples.includes(true);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    const now = processorTimes();
    const since = now.map(({ idleMs, stolenMs, allMs }, i) => {
      const last = this.#last[i] ?? { idleMs: 0, stolenMs: 0, allMs: 0 };
      return { idleMs: idleMs - last.idleMs, stolenMs: stolenMs - last.stolenMs, allMs: allMs - last.allMs };
    });
    const sum = (name: keyof ProcessorTimes): number =>
      since.reduce((total, times) => total + times[name], 0);
    const isFull = sum('idleMs') < minIdleShare * sum('allMs');
    this.#samples.push(isFull || since.some(({ stolenMs }) => stolenMs >= maxStolenMs));
    if (this.#samples.length > lineMs / sampleMs) this.#samples.shift();
    this.#last = now;
  }
}

interface ProcessorTimes {
  readonly idleMs: number;
  /** A virtual machine's processor that its host gave to others. */
  readonly stolenMs: number;
  readonly allMs: number;
}

/** One entry a processor, by proc_stat(5). */
function processorTimes(): ProcessorTimes[] {
  return readFileSync('/proc/stat', 'utf8')
    .split('\n')
    .filter((line) => /^cpu\d/.test(line))
    .map((line) => {
      const ms = line
        .split(' ')
        .slice(1, 9)
        .map((ticks) => tickMs * Number(ticks));
      const [, , , idleMs = 0, waitingMs = 0, , , stolenMs = 0] = ms;
      return { idleMs: idleMs + waitingMs, stolenMs, allMs: ms.reduce((total, time) => total + time, 0) };
    });
}
