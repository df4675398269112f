import { setTimeout as sleep } from 'node:timers/promises';
import type { PixelSize } from '../../camera/index.js';
import type { Pipeline } from '../../pipeline/index.js';
import { cannotDeliver } from '../camera-log.js';
import { round } from '../report-values.js';
import { readHeat } from './heat.js';
import type { Outcome, ProcessFigures } from './report.js';

/** Pipelines that stream at the same time, and what is to be known of them. */
export interface Subject<F> {
  readonly pipelines: readonly Pipeline[];
  /** From now on counts. */
  begin(): void;
  /** Since then. */
  figures(): F;
}

export interface MeasureLimits {
  readonly seconds: number;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** Until code is compiled and exposure is found. */
const settleMs = 1000;

/**
 * Streams for some seconds. A camera that has another size than this one, or does not start, costs no more than finding
 * that out.
 *
 * @throws Error whose name is AbortError, by the signal; StreamerError ERR_CAMERA_HUNG
 */
export async function streamFor<F extends object>(
  subject: Subject<F>,
  size: PixelSize,
  limits: MeasureLimits,
): Promise<Outcome<F & ProcessFigures>> {
  const { pipelines } = subject;
  const stop = (): void => {
    for (const pipeline of pipelines) pipeline.stop();
  };
  limits.signal.addEventListener('abort', stop);
  const starts = Promise.all(pipelines.map((pipeline) => startOf(pipeline, size)));
  const running = Promise.all(pipelines.map((pipeline) => pipeline.run()));
  running.catch(() => undefined); // it is awaited below
  try {
    const failure = (await starts).find((text) => text !== undefined);
    limits.signal.throwIfAborted();
    return failure === undefined ? await figuresOf(subject, limits) : { figures: null, failure };
  } finally {
    stop();
    await running;
    limits.signal.removeEventListener('abort', stop);
    throwIfHung(pipelines);
  }
}

/** Resolves when it streams, or when it does not at first, with the reason. */
function startOf(pipeline: Pipeline, wanted: PixelSize): Promise<string | undefined> {
  return new Promise((resolve) => {
    pipeline.on('state', (state, plan) => {
      if (state === 'streaming' && plan) resolve(cannotDeliver(plan, wanted));
      if (state === 'failed' || state === 'stopped') resolve(pipeline.error?.message ?? 'it has stopped');
    });
    pipeline.on('warning', ({ code, message }) => {
      const remedy = code === 'ERR_CAMERA_BUSY' ? '; end that, such as the service, and measure again' : '';
      resolve(message + remedy);
    });
  });
}

async function figuresOf<F extends object>(
  subject: Subject<F>,
  { seconds, signal }: MeasureLimits,
): Promise<Outcome<F & ProcessFigures>> {
  await sleep(settleMs, undefined, { signal });
  subject.begin();
  const meter = new ProcessMeter();
  await sleep(seconds * 1000, undefined, { signal });
  const figures = { ...subject.figures(), ...meter.read() };
  const failed = subject.pipelines.find(({ error }) => error !== undefined);
  if (failed?.error) return { figures: null, failure: failed.error.message };
  return { figures: { ...figures, ...(await readHeat()) }, failure: null };
}

/** Only a new process can use the cameras again. */
function throwIfHung(pipelines: readonly Pipeline[]): void {
  for (const { error } of pipelines) if (error?.code === 'ERR_CAMERA_HUNG') throw error;
}

/** Measures what this process takes of the machine, from now on. */
class ProcessMeter {
  readonly #beganMs = performance.now();
  readonly #cpuBefore = process.cpuUsage();

  read(): Pick<ProcessFigures, 'seconds' | 'cpuPercent' | 'memoryMiB'> {
    const elapsedMs = performance.now() - this.#beganMs;
    const { user, system } = process.cpuUsage(this.#cpuBefore);
    return {
      seconds: round(elapsedMs / 1000, 2),
      cpuPercent: round((100 * (user + system)) / 1000 / elapsedMs, 1),
      memoryMiB: round(process.memoryUsage.rss() / 2 ** 20, 0),
    };
  }
}
