import { Random } from './random.js';
import { EverythingTarget } from './targets.js';

export interface FuzzResult {
  readonly packets: number;
  /** Frames that came through. */
  readonly frames: number;
  /** Of CPU; a call that was interrupted does not count. */
  readonly slowestCallMs: number;
  readonly memoryGrowthMb: number;
}

/** As long as this much is compiled and memory finds its size, in runs that are long enough. */
const mostWarmUpPackets = 1_000_000;
const reportPackets = 1_000_000;

/**
 * Feeds so many damaged inputs. Throws what a parser throws, with the number of the input.
 *
 * @param onProgress - called now and then
 */
export function fuzz(
  seed: number,
  packets: number,
  onProgress: (done: number, memoryMb: number) => void = () => undefined,
): FuzzResult {
  const random = new Random(seed);
  const warmUpPackets = Math.min(packets / 2, mostWarmUpPackets);
  const target = new EverythingTarget();
  let slowestCallMs = 0;
  let firstMemoryMb = memoryMb();
  for (let i = 1; i <= packets; i++) {
    const callMs = timedStep(target, random, seed, i);
    if (i > warmUpPackets) slowestCallMs = Math.max(slowestCallMs, callMs);
    if (i === warmUpPackets) firstMemoryMb = memoryMb();
    if (i % reportPackets === 0) onProgress(i, memoryMb());
  }
  const { frames } = target;
  return { packets, frames, slowestCallMs, memoryGrowthMb: memoryMb() - firstMemoryMb };
}

/** Milliseconds of the call: of the clock, or of the process's CPU where that was less. */
function timedStep(target: EverythingTarget, random: Random, seed: number, number: number): number {
  const cpu = process.cpuUsage();
  const beganMs = performance.now();
  try {
    target.step(random);
  } catch (error) {
    throw new Error(`input ${String(number)} of seed ${String(seed)}`, { cause: error });
  }
  const wallMs = performance.now() - beganMs;
  if (wallMs < 1) return wallMs;
  const { user, system } = process.cpuUsage(cpu);
  return Math.min(wallMs, (user + system) / 1e3);
}

function memoryMb(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}
