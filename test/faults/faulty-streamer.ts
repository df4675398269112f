import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { CameraFaults } from '../helpers/camera-faults.js';
import { cameraIds } from '../helpers/debian13.js';
import type { Network } from '../helpers/network.js';
import { logLines, type LogLine } from '../helpers/log-lines.js';
import { freeRtpPort } from '../helpers/ports.js';
import { processFigures, type ProcessFigures } from '../helpers/process-figures.js';
import { until, type RunningProcess } from '../helpers/processes.js';
import { monotonicMs, StreamWatch } from '../helpers/stream-watch.js';
import { fps, goFirst, startTwoCameras, streamWith, writeTwoCameras } from '../helpers/two-cameras.js';
import type { ImpairedNetwork } from '../receiver/impaired-network.js';
import type { SmallDisk } from './small-disk.js';

/** The watchdog's patience: max(1 s, 5 frames). */
export const watchdogMs = Math.max(1000, 5000 / fps);
/** From the end of a fault of one camera to its first frame. */
export const recoveryLimitMs = watchdogMs + 1000;
/** What the process may hold more than at the start: node's heap breathes. */
const rssToleranceMiB = 32;
/** A log tells a camera's fault and recovery in so many lines, and in one more for each further fault. */
const storyLines = 3;
const defaultArgs = ['-mode', 'mjpeg-rtp', '--no-web'];

export interface StreamerOptions {
  /** Of the command. */
  readonly args?: readonly string[];
  /** Of node, such as a module to be loaded first. */
  readonly nodeOptions?: readonly string[];
  /** Further sections of its configuration. */
  readonly sections?: string;
  /** Another program in the command's place, which sends to these ports. */
  readonly program?: (ports: readonly number[]) => readonly string[];
  /** The streamer and the second camera's receiver are on its sender, the first one's is on its receiver. */
  readonly network?: Network;
  /** What the first camera's packets go through on their way to this port. */
  readonly way?: (port: number) => Promise<ImpairedNetwork>;
  /** Where its configuration and its log are. */
  readonly disk?: SmallDisk;
}

/** The built command with two virtual cameras at 30 frames a second, and who receives them. */
export class FaultyStreamer {
  readonly faults: CameraFaults;
  readonly process: RunningProcess;
  /** Of camera1 and camera2. */
  readonly watches: readonly [StreamWatch, StreamWatch];
  readonly way: ImpairedNetwork | undefined;
  #start: ProcessFigures | undefined;

  private constructor(
    faults: CameraFaults,
    process: RunningProcess,
    watches: readonly [StreamWatch, StreamWatch],
    way: ImpairedNetwork | undefined,
  ) {
    this.faults = faults;
    this.process = process;
    this.watches = watches;
    this.way = way;
  }

  static async start({
    args = defaultArgs,
    nodeOptions = [],
    sections,
    program,
    network,
    way,
    disk,
  }: StreamerOptions = {}): Promise<FaultyStreamer> {
    goFirst();
    const faults = new CameraFaults();
    const watches = [
      await StreamWatch.start(await freeRtpPort(), fps, network?.receiver),
      await StreamWatch.start(await freeRtpPort(), fps, network?.sender),
    ] as const;
    const impaired = await way?.(watches[0].port);
    const config = writeTwoCameras(
      [
        { host: network?.receiver.address ?? '127.0.0.1', port: impaired?.port ?? watches[0].port },
        { host: '127.0.0.1', port: watches[1].port },
      ],
      sections,
    );
    const prefix = network ? ['ip', 'netns', 'exec', network.sender.namespace] : disk?.prefix(config);
    const command = [...nodeOptions, ...streamWith(disk?.config ?? config, ...args)];
    const process = startTwoCameras(program?.(watches.map(({ port }) => port)) ?? command, faults, prefix);
    const streamer = new FaultyStreamer(faults, process, watches, impaired);
    try {
      await streamer.#settle();
      return streamer;
    } catch (error) {
      await streamer.stop();
      throw error;
    }
  }

  async #settle(): Promise<void> {
    await until('both streams', () => this.watches.every(({ frames }) => frames > 0), 60_000);
    await sleep(2000); // memory grows until every buffer has been used
    this.#start = this.figures();
  }

  get processId(): number {
    const { pid } = this.process.child;
    assert.ok(pid !== undefined);
    return pid;
  }

  figures(): ProcessFigures {
    return processFigures(this.processId);
  }

  /** What it has logged of a camera since a moment, statistics aside. */
  story(camera: string, fromLine: number): LogLine[] {
    return this.log()
      .slice(fromLine)
      .filter((line) => line.camera === camera && line.msg !== 'statistics');
  }

  log(): LogLine[] {
    return logLines(this.process.stderr());
  }

  assertRunning(): void {
    assert.equal(this.process.child.exitCode ?? this.process.child.signalCode, null, this.process.stderr());
  }

  /** Nothing of the fault has stayed behind. */
  async assertAsAtTheStart(): Promise<void> {
    const start = this.#start;
    assert.ok(start);
    const isBack = (): boolean => {
      this.assertRunning();
      const { descriptors, threads, rssMiB } = this.figures();
      return (
        descriptors === start.descriptors &&
        threads === start.threads &&
        rssMiB < start.rssMiB + rssToleranceMiB
      );
    };
    await until('what it held at the start', isBack, 5000).catch(() => {
      assert.fail(`at the start ${JSON.stringify(start)}, now ${JSON.stringify(this.figures())}`);
    });
  }

  async stop(): Promise<void> {
    if (this.process.child.exitCode === null) {
      this.process.child.kill('SIGINT');
      const killer = setTimeout(() => this.process.child.kill('SIGKILL'), 10_000);
      await this.process.exited;
      clearTimeout(killer);
    }
    for (const watch of this.watches) await watch.pause();
  }
}

/** A fault of the first camera from its beginning to its end. */
export interface CameraFaultCase {
  /** Lets it begin; resolves when it has lasted long enough. */
  readonly begin: (streamer: FaultyStreamer) => Promise<void>;
  /** Ends it; default: no fault is on any more. */
  readonly end?: (streamer: FaultyStreamer) => Promise<void>;
  readonly limitMs?: number;
  /** So many frames come while it lasts, at least. */
  readonly minFrames?: number;
  /** Faults that follow each other; default 1. */
  readonly faultCount?: number;
}

function endCameraFaults({ faults }: FaultyStreamer): Promise<void> {
  faults.set();
  return Promise.resolve();
}

/** @returns how many milliseconds after the fault's end the camera's first frame came */
export async function meetFault(streamer: FaultyStreamer, fault: CameraFaultCase): Promise<number> {
  const { begin, end = endCameraFaults, limitMs = recoveryLimitMs, minFrames = 0, faultCount = 1 } = fault;
  const [faulty, other] = streamer.watches;
  await faulty.framesMore(15);
  const [faultyMark, mark] = [faulty.mark(), other.mark()];
  const logLine = streamer.log().length;
  await begin(streamer);
  const { frames } = faulty.passageSince(faultyMark);
  assert.ok(frames >= minFrames, `${String(frames)} frames came during the fault`);
  await end(streamer);
  const recoveryMs = await faulty.firstFrameAfter(monotonicMs(), 20_000);
  assert.ok(recoveryMs < limitMs, `the first frame came ${recoveryMs.toFixed(0)} ms after the fault's end`);
  await faulty.framesMore(30, 3000);
  streamer.assertRunning();
  assert.equal(faulty.passageSince(faultyMark).backwardSteps, 0, 'RTP timestamps never run back');
  const { gaps, backwardSteps, damagedFrames, packetsLost } = other.passageSince(mark);
  assert.deepEqual(
    { gaps, backwardSteps, damagedFrames, packetsLost },
    { gaps: [], backwardSteps: 0, damagedFrames: 0, packetsLost: 0 },
    'the other camera',
  );
  await streamer.assertAsAtTheStart();
  const story = streamer.story('camera1', logLine);
  assert.ok(story.length < storyLines + faultCount, story.map((line) => JSON.stringify(line)).join('\n'));
  return recoveryMs;
}

/** The first camera has these faults, and no other camera has any. */
export function onFirstCamera(...faults: readonly string[]): { fault: string; camera: string }[] {
  return faults.map((fault) => ({ fault, camera: cameraIds[0] }));
}
