import { totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { dropInText } from '../../lib/app/service/drop-in.js';
import { loadConfig } from '../../lib/config/index.js';
import { recoveryLimitMs } from '../faults/faulty-streamer.js';
import { Random } from '../fuzz/random.js';
import { CameraFaults } from '../helpers/camera-faults.js';
import { PeerClient } from '../helpers/peer-client.js';
import { freeRtpPort } from '../helpers/ports.js';
import { processFigures, type ProcessFigures } from '../helpers/process-figures.js';
import { until, type RunningProcess } from '../helpers/processes.js';
import { monotonicMs } from '../helpers/stream-watch.js';
import { fps, startTwoCameras, streamWith, writeTwoCameras } from '../helpers/two-cameras.js';
import { CheckedStream } from './checked-stream.js';
import { Disturbances, type FaultFigures } from './disturbances.js';
import { Drops } from './drops.js';
import { Growth, growthLimit } from './growth.js';
import { Visitors } from './visitors.js';

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly onProgress: (line: string) => void;
}

export interface SoakReport {
  readonly seed: number;
  readonly minutes: number;
  readonly frames: readonly number[];
  readonly faults: Readonly<Record<string, FaultFigures>>;
  readonly visits: number;
  /** Clients that got nothing, by reason. */
  readonly visitsRefused: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
  readonly droppedWhileMachineWasFull: Readonly<Record<string, number>>;
  /** Frames that receivers missed while no fault was on. */
  readonly undisturbedGaps: readonly number[];
  readonly start: ProcessFigures;
  readonly end: ProcessFigures;
  readonly rssGrowthMiBPerHour: number;
  readonly rssGrowthLimitMiBPerHour: number;
  /** What is wrong; empty when nothing is. */
  readonly failures: readonly string[];
}

const progressSeconds = 10;
const heldNames = ['descriptors', 'threads'] as const;
/** How long a process's memory takes to reach its size: half of the time is left out, and this at most. */
const maxWarmUpMinutes = 10;

interface Run {
  readonly process: RunningProcess;
  readonly streams: readonly CheckedStream[];
  readonly disturbances: Disturbances;
  readonly drops: Drops;
  readonly rss: Growth;
  readonly visitors: Visitors;
  readonly start: ProcessFigures;
}

/** Runs for so long, and reports. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const run = await begin(options.seed);
  try {
    const ending = new AbortController();
    const disturbing = run.disturbances.run(run.streams, ending.signal);
    await watch(run, options);
    ending.abort();
    await Promise.all([disturbing, run.visitors.leave()]);
    // The streamer notices that viewers are gone, and connections that are kept alive end.
    const isAsAtTheStart = (): boolean =>
      !isRunning(run) || heldNames.every((name) => figuresOf(run)[name] <= run.start[name]);
    await until('what it held at the start', isAsAtTheStart, 20_000).catch(() => undefined);
    const end = isRunning(run) ? figuresOf(run) : run.start;
    return report(run, end, options);
  } finally {
    run.process.child.kill('SIGINT');
    await run.process.exited;
    run.drops.close();
    for (const stream of run.streams) await stream.close();
  }
}

async function begin(seed: number): Promise<Run> {
  const random = new Random(seed);
  const faults = new CameraFaults();
  const disturbances = new Disturbances(faults, new Random(random.below(2 ** 31)));
  const drops = new Drops((camera, withinMs) => disturbances.isOn(camera, withinMs));
  const streams = await Promise.all(
    [0, 1].map(async (i) =>
      CheckedStream.open(await freeRtpPort(), fps, (withinMs) => disturbances.isOn(i, withinMs)),
    ),
  );
  const [first, second] = streams.map(({ port }) => ({ host: '127.0.0.1', port }));
  if (!first || !second) throw new Error('there are two streams');
  const config = writeTwoCameras([first, second]);
  const process = startTwoCameras(streamWith(config, '-mode', 'both'), faults, asTheService(config));
  process.child.stderr?.on('data', (chunk: Buffer) => {
    drops.take(chunk.toString());
  });
  const url = (): string | undefined => /"url":"(http:[^"]+)\/"/.exec(process.stderr())?.[1];
  await until('both streams', () => url() !== undefined && streams.every(({ frames }) => frames > 0), 60_000);
  const start = await figuresAfterOneVisit(process, url() ?? '');
  const visitors = new Visitors(url() ?? '', new Random(random.below(2 ** 31)));
  return { process, streams, disturbances, drops, rss: new Growth(), visitors, start };
}

/** The command before the program that gives it the environment of the installed service, which bounds its memory. */
function asTheService(config: string): string[] {
  const dropIn = dropInText(loadConfig(config), totalmem());
  const settings = dropIn.matchAll(/^Environment=(.+)$/gm);
  return ['env', ...Array.from(settings, ([, setting = '']) => setting)];
}

/** What is made for the first client stays: it belongs to the start. */
async function figuresAfterOneVisit(process: RunningProcess, url: string): Promise<ProcessFigures> {
  const client = await PeerClient.join(`${url}/whep/camera1`);
  await client.leave();
  await sleep(5000);
  return processFigures(process.child.pid ?? 0);
}

function isRunning({ process: { child } }: Run): boolean {
  return child.exitCode === null && child.signalCode === null;
}

function figuresOf({ process: { child } }: Run): ProcessFigures {
  return processFigures(child.pid ?? 0);
}

/** Samples once a second until the time is over, the process has ended, or a camera is stuck. */
async function watch(run: Run, { minutes, onProgress }: SoakOptions): Promise<void> {
  const beganMs = monotonicMs();
  const warmUpMinutes = Math.min(minutes / 2, maxWarmUpMinutes);
  for (let seconds = 1; isRunning(run) && run.disturbances.stuck === ''; seconds++) {
    await sleep(Math.max(beganMs + seconds * 1000 - monotonicMs(), 0));
    const elapsedMinutes = (monotonicMs() - beganMs) / 60_000;
    if (elapsedMinutes > minutes || !isRunning(run)) return;
    const figures = figuresOf(run);
    if (elapsedMinutes > warmUpMinutes) run.rss.add(elapsedMinutes / 60, figures.rssMiB);
    if (seconds % progressSeconds === 0) onProgress(progressLine(run, elapsedMinutes, figures));
  }
}

function progressLine(
  run: Run,
  elapsedMinutes: number,
  { rssMiB, descriptors, threads }: ProcessFigures,
): string {
  const frames = run.streams.map((stream) => stream.frames).join(' and ');
  const held = `${rssMiB.toFixed(1)} MiB, ${String(descriptors)} descriptors, ${String(threads)} threads`;
  const faults = [...run.disturbances.figures.values()].reduce((sum, { count }) => sum + count, 0);
  return `${elapsedMinutes.toFixed(1)} min: ${frames} frames, ${String(faults)} faults, ${String(run.visitors.visits)} visits, ${held}, unexplained drops ${JSON.stringify(run.drops.unexplained)}`;
}

function report(run: Run, end: ProcessFigures, { seed, minutes }: SoakOptions): SoakReport {
  const measuredMinutes = minutes - Math.min(minutes / 2, maxWarmUpMinutes);
  const limit = growthLimit(measuredMinutes);
  return {
    ...{ seed, minutes },
    frames: run.streams.map(({ frames }) => frames),
    faults: Object.fromEntries(run.disturbances.figures),
    visits: run.visitors.visits,
    visitsRefused: Object.fromEntries(run.visitors.refusals),
    dropped: run.drops.total,
    droppedWhileMachineWasFull: run.drops.whileMachineWasFull,
    undisturbedGaps: run.streams.map(({ undisturbedGaps }) => undisturbedGaps),
    ...{ start: run.start, end },
    rssGrowthMiBPerHour: run.rss.slope,
    rssGrowthLimitMiBPerHour: limit,
    failures: failuresOf(run, end, limit),
  };
}

function failuresOf(run: Run, end: ProcessFigures, growthLimitMiB: number): string[] {
  const failures = run.streams.flatMap(({ errors, errorCount }) =>
    errorCount > errors.length ? [...errors, `and ${String(errorCount - errors.length)} more`] : errors,
  );
  const { stuck } = run.disturbances;
  if (!isRunning(run)) failures.push(`the process has ended: ${run.process.stderr().slice(-2000)}`);
  if (stuck !== '') failures.push(`stuck: ${stuck}`);
  for (const [kind, { worstRecoveryMs }] of run.disturbances.figures) {
    if (worstRecoveryMs > recoveryLimitMs)
      failures.push(`a camera came back ${worstRecoveryMs.toFixed(0)} ms after the end of ${kind}`);
  }
  for (const [what, count] of Object.entries(run.drops.unexplained))
    failures.push(`dropped with no fault going on: ${what} ${String(count)}`);
  if (run.rss.slope > growthLimitMiB)
    failures.push(`memory grows by ${run.rss.slope.toFixed(1)} MiB an hour`);
  for (const name of heldNames) {
    if (end[name] > run.start[name])
      failures.push(`${name}: ${String(run.start[name])} at the start, ${String(end[name])} at the end`);
  }
  return failures;
}
