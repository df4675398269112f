import { ClientCounts } from './client-counts.js';

/** Counts the failures of those who guess, in a minute, by client. */
export class FailedLogins {
  readonly #failures = new ClientCounts({ windowMs: 60_000, maxClients: 1000 });

  /** How many this client had. */
  count(client: string, nowMs: number): number {
    return this.#failures.find(client, nowMs)?.count ?? 0;
  }

  /**
   * Counts a login as failed.
   *
   * @returns takes it back
   */
  add(client: string, nowMs: number): () => void {
    const entry = this.#failures.of(client, nowMs);
    entry.count += 1;
    return () => {
      entry.count -= 1;
      if (entry.count === 0) this.#failures.forget(client, entry);
    };
  }
}
