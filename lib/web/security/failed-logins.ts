import { ClientCounts } from './client-counts.js';

const maxFailures = 10;

/** Slows down those who guess: so many failures a minute, by client. */
export class FailedLogins {
  readonly #failures = new ClientCounts({ windowMs: 60_000, maxClients: 1000 });

  /** Whether this client has to wait. */
  isBlocked(client: string, nowMs: number): boolean {
    return (this.#failures.find(client, nowMs)?.count ?? 0) >= maxFailures;
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
