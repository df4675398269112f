const windowMs = 60_000;
const maxFailures = 10;
const maxClients = 1000;

interface Failures {
  count: number;
  readonly sinceMs: number;
}

/** Slows down those who guess: so many failures a minute, by client. */
export class FailedLogins {
  readonly #failures = new Map<string, Failures>();

  /** Whether this client has to wait. */
  isBlocked(client: string, nowMs: number): boolean {
    const entry = this.#failures.get(client);
    return entry !== undefined && nowMs - entry.sinceMs < windowMs && entry.count >= maxFailures;
  }

  /**
   * Counts a login as failed.
   *
   * @returns takes it back
   */
  add(client: string, nowMs: number): () => void {
    const entry = this.#entryOf(client, nowMs);
    entry.count += 1;
    return () => {
      entry.count -= 1;
      if (entry.count === 0 && this.#failures.get(client) === entry) this.#failures.delete(client);
    };
  }

  #entryOf(client: string, nowMs: number): Failures {
    const known = this.#failures.get(client);
    if (known && nowMs - known.sinceMs < windowMs) return known;
    if (this.#failures.size >= maxClients) this.#forgetOldest();
    const entry = { count: 0, sinceMs: nowMs };
    this.#failures.delete(client); // so that the order is that of age
    this.#failures.set(client, entry);
    return entry;
  }

  #forgetOldest(): void {
    const [oldest] = this.#failures.keys();
    if (oldest !== undefined) this.#failures.delete(oldest);
  }
}
