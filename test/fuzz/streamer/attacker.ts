import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../random.js';

/** Where a streamer that is attacked can be reached, and its receivers. All of it is on this machine. */
export interface AttackedPorts {
  readonly web: number;
  /** Of each camera's /ws. */
  readonly signalling: readonly number[];
  /** UDP ports that the streamer binds for RTP and RTCP. */
  readonly rtp: number;
  readonly rtcp: number;
  /** The ports that cameras are sent to; RTCP is one above. */
  readonly receivers: readonly number[];
  /** That some cameras are pushed to by WHIP. */
  readonly whip: number;
}

/** Somebody who sends what no honest program would, and remembers what came of it. What is held stays bounded. */
export interface Attacker {
  /** Says or does the next thing. Rejects only when the attacker itself is wrong. */
  step(random: Random): Promise<void>;
  close(): Promise<void>;
}

/** Attackers are other hosts than the honest viewer at 127.0.0.1. */
export function attackersAddress(random: Random): string {
  return `127.0.0.${String(2 + random.below(8))}`;
}

/** Steps until this much processor time is used; then somebody else may have it. */
const burstMs = 5;

export interface AttackOptions {
  readonly seed: number;
  readonly seconds: number;
  /** Of one processor, 0..1. */
  readonly share: number;
}

/** Attacks for so long. Sleeps after each burst, for the attack to keep to its share. @returns the number of steps */
export async function attack(attacker: Attacker, { seed, seconds, share }: AttackOptions): Promise<number> {
  const random = new Random(seed);
  const endMs = performance.now() + seconds * 1000;
  let steps = 0;
  let usedMs = cpuMs();
  while (performance.now() < endMs) {
    // Each step has numbers of its own: however many the one before took, the same seed leads to the same steps.
    await attacker.step(new Random(random.below(2 ** 32)));
    steps += 1;
    const burst = cpuMs() - usedMs;
    if (burst < burstMs) continue;
    usedMs += burst;
    await sleep(burst * (1 / share - 1));
  }
  return steps;
}

/** Processor time of this process. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
