import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../fuzz/random.js';
import { PeerClient } from '../helpers/peer-client.js';

const maxVisitMs = 8000;

/** Clients that come and go: those of the MJPEG preview, and viewers by WebRTC. */
export class Visitors {
  visits = 0;
  readonly refusals = new Map<string, number>();
  readonly #url: string;
  readonly #random: Random;
  readonly #leaving = new AbortController();
  readonly #running: Promise<void>[];

  constructor(url: string, random: Random) {
    this.#url = url;
    this.#random = random;
    this.#running = [this.#comeAndGo((camera, visitMs) => this.#preview(camera, visitMs))];
    this.#running.push(this.#comeAndGo((camera, visitMs) => this.#view(camera, visitMs)));
  }

  /** Resolves when all have left. */
  async leave(): Promise<void> {
    this.#leaving.abort();
    await Promise.all(this.#running);
  }

  async #comeAndGo(visit: (camera: string, visitMs: number) => Promise<void>): Promise<void> {
    const { signal } = this.#leaving;
    while (!signal.aborted) {
      try {
        await visit(`camera${String(1 + this.#random.below(2))}`, 500 + this.#random.below(maxVisitMs));
        this.visits += 1;
      } catch (error) {
        // A camera that has just failed has nothing to show.
        const reason = error instanceof Error ? error.message : String(error);
        this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
      }
      await sleep(this.#random.below(2000), undefined, { signal }).catch(() => undefined);
    }
  }

  async #preview(camera: string, visitMs: number): Promise<void> {
    const signal = AbortSignal.any([AbortSignal.timeout(visitMs), this.#leaving.signal]);
    const response = await fetch(`${this.#url}/stream/${camera}.mjpg`, { signal });
    if (response.status !== 200) throw new Error(`preview: ${String(response.status)}`);
    try {
      await response.body?.pipeTo(new WritableStream());
    } catch {
      // It has left.
    }
  }

  async #view(camera: string, visitMs: number): Promise<void> {
    const client = await PeerClient.join(`${this.#url}/whep/${camera}`);
    if (client.refusal) throw new Error(`WebRTC: ${String(client.refusal.status)}`);
    await sleep(visitMs, undefined, { signal: this.#leaving.signal }).catch(() => undefined);
    if (this.#random.oneIn(2)) await client.leave();
    else client.hangUp();
  }
}
