import { setTimeout as sleep } from 'node:timers/promises';
import { freeRtpPort } from '../../helpers/ports.js';
import { AttackedStreamer, watchedCameras } from './attacked-streamer.js';
import { AttackerProcess, type AttackerName } from './attackers.js';
import { Watcher } from './watcher.js';

export interface TrialOptions {
  /** Without one it is the control, which all others are compared with. */
  readonly attacker: AttackerName | undefined;
  readonly seed: number;
  readonly seconds: number;
  readonly onProgress: (line: string) => void;
}

export interface TrialFigures {
  readonly name: string;
  readonly seed: number;
  /** What the attacker has done; 0 for the control. */
  readonly steps: number;
  /** 0: it ran until it was stopped, and then ended well. */
  readonly exits: number;
  readonly faults: number;
  readonly frames: number;
  readonly framesLost: number;
  /** See WatchedStream. */
  readonly framesWrong: number;
  /** Of each camera, during the attack. */
  readonly latenessP999Ms: readonly number[];
  readonly viewerPackets: number;
  /** Of the streamer, some time after the attack. */
  readonly residentMiB: number;
  readonly receiverMiB: number;
  /** Of the streamer's log; for those who look for what went wrong. */
  readonly logEnd: string;
}

/** For encoders, heaps and sessions to reach their size. */
const warmUpSeconds = 5;
/** From the end of the attack until memory is looked at: as long as the attack was, and this at most. */
const maxSettleSeconds = 60;
const progressSeconds = 10;
const logLength = 4000;

/** One run of a streamer and its receivers, all of them processes of their own, with an attacker or without. */
export async function runTrial(options: TrialOptions): Promise<TrialFigures> {
  const receivers = [await freeRtpPort(), await freeRtpPort()];
  const watcher = await Watcher.start(receivers);
  try {
    const streamer = await AttackedStreamer.start(receivers);
    try {
      return await measure(options, streamer, watcher);
    } finally {
      if (streamer.isRunning) await streamer.stop();
    }
  } finally {
    await watcher.stop();
  }
}

async function measure(
  options: TrialOptions,
  streamer: AttackedStreamer,
  watcher: Watcher,
): Promise<TrialFigures> {
  const { attacker, seed, seconds } = options;
  const attacking = attacker && (await AttackerProcess.start(attacker, streamer.ports));
  try {
    // Of each camera, so that what video takes is taken without an attacker, too.
    for (const { name } of watchedCameras)
      await watcher.join(`http://127.0.0.1:${String(streamer.ports.web)}/whep/${name}`);
    await sleep(warmUpSeconds * 1000);
    await watcher.begin();
    const steps = attacking ? attacking.attack(seed, seconds) : sleep(seconds * 1000, 0);
    return await watch(options, steps, streamer, watcher);
  } finally {
    attacking?.stop();
  }
}

/** @param attack - the steps of the attack, which has begun */
async function watch(
  { attacker, seed, seconds, onProgress }: TrialOptions,
  attack: Promise<number>,
  streamer: AttackedStreamer,
  watcher: Watcher,
): Promise<TrialFigures> {
  const ended = attack.then(() => true);
  while (!(await Promise.race([ended, sleep(progressSeconds * 1000, false)]))) {
    const { streams } = await watcher.figures();
    onProgress(
      `${streams.map(({ frames }) => frames).join(' and ')} frames, ${streamer.residentMiB.toFixed(1)} MiB`,
    );
  }
  const steps = await attack;
  const { streams: attacked } = await watcher.figures();
  await sleep(Math.min(seconds, maxSettleSeconds) * 1000);
  const { streams, viewerPackets, residentMiB: receiverMiB } = await watcher.figures();
  const { residentMiB } = streamer;
  const faults = await streamer.faults();
  const hasRun = streamer.isRunning;
  const code = await streamer.stop();
  return {
    name: attacker ?? 'control',
    ...{ seed, steps, exits: hasRun && code === 0 ? 0 : 1, faults },
    frames: streams.reduce((sum, { frames }) => sum + frames, 0),
    framesLost: streams.reduce((sum, { lost }) => sum + lost, 0),
    framesWrong: streams.reduce((sum, { wrong }) => sum + wrong, 0),
    latenessP999Ms: attacked.map(({ latenessP999Ms }) => latenessP999Ms),
    ...{ viewerPackets, residentMiB, receiverMiB, logEnd: streamer.log.slice(-logLength) },
  };
}
