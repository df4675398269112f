import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../fuzz/random.js';
import type { CameraFaults } from '../helpers/camera-faults.js';
import { cameraIds } from '../helpers/debian13.js';
import { monotonicMs } from '../helpers/stream-watch.js';
import type { CheckedStream } from './checked-stream.js';

const kinds = [
  'stall',
  'cancel',
  'error',
  'error=3',
  'slow=100',
  'timestamp=zero',
  'timestamp=back',
  'timestamp=hour',
  'unplug',
  'slow-encoder=60',
] as const;
/** 500 an hour. */
const meanDistanceMs = 7200;
/** A camera that is not back after this long is stuck. */
const stuckMs = 20_000;
/** What a fault may still be the cause of after the camera's first frame: caught up with, restarted streams of clients. */
const aftermathMs = 1500;

export interface FaultFigures {
  count: number;
  meanRecoveryMs: number;
  worstRecoveryMs: number;
}

/** Faults at random, one after the other. */
export class Disturbances {
  /** By kind. */
  readonly figures = new Map<string, FaultFigures>();
  stuck = '';
  readonly #faults: CameraFaults;
  readonly #random: Random;
  /** Until when each camera is excused; Infinity: a fault is on. */
  readonly #excusedUntilMs = [0, 0];

  constructor(faults: CameraFaults, random: Random) {
    this.#faults = faults;
    this.#random = random;
  }

  /** Whether what has gone wrong with a camera, within the last so many milliseconds, has a cause. */
  isOn(camera: number, withinMs = 0): boolean {
    return monotonicMs() - withinMs < (this.#excusedUntilMs[camera] ?? 0);
  }

  /** Goes on until the signal is aborted, or a camera is stuck. */
  async run(streams: readonly CheckedStream[], signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.stuck === '') {
      const beganMs = monotonicMs();
      await this.#meet(this.#random.pick(kinds), this.#random.below(2), streams);
      const distanceMs = 2 * this.#random.below(meanDistanceMs);
      const restMs = Math.max(distanceMs - (monotonicMs() - beganMs), 500);
      await sleep(restMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #meet(kind: string, camera: number, streams: readonly CheckedStream[]): Promise<void> {
    const cameras = kind.startsWith('slow-encoder') ? [0, 1] : [camera];
    for (const each of cameras) this.#excusedUntilMs[each] = Infinity;
    this.#faults.set({ fault: kind, camera: cameras.length > 1 ? '*' : (cameraIds[camera] ?? '') });
    await sleep(200 + this.#random.below(2500));
    this.#faults.set();
    const endMs = monotonicMs();
    for (const each of cameras) {
      const stream = streams[each];
      while (stream && stream.lastFrameMs <= endMs && monotonicMs() < endMs + stuckMs) await sleep(5);
      if (stream && stream.lastFrameMs <= endMs) this.stuck = `camera${String(each + 1)} after ${kind}`;
    }
    this.#note(kind, monotonicMs() - endMs);
    for (const each of cameras) this.#excusedUntilMs[each] = monotonicMs() + aftermathMs;
  }

  #note(kind: string, recoveryMs: number): void {
    const figures = this.figures.get(kind) ?? { count: 0, meanRecoveryMs: 0, worstRecoveryMs: 0 };
    figures.count += 1;
    figures.meanRecoveryMs += (recoveryMs - figures.meanRecoveryMs) / figures.count;
    figures.worstRecoveryMs = Math.max(figures.worstRecoveryMs, recoveryMs);
    this.figures.set(kind, figures);
  }
}
