/** What was counted of one client since the count began. */
export interface ClientCount {
  count: number;
  readonly sinceMs: number;
}

export interface ClientCountsOptions {
  readonly windowMs: number;
  /** Of more clients than these the one whose count is oldest is forgotten. */
  readonly maxClients: number;
}

/** Counts by client, each begun anew when its window is over. Moments are of a clock that nobody sets. */
export class ClientCounts {
  readonly #options: ClientCountsOptions;
  readonly #counts = new Map<string, ClientCount>();

  constructor(options: ClientCountsOptions) {
    this.#options = options;
  }

  /** Absent where nothing was counted within the window. */
  find(client: string, nowMs: number): ClientCount | undefined {
    const entry = this.#counts.get(client);
    return entry && nowMs - entry.sinceMs < this.#options.windowMs ? entry : undefined;
  }

  /** The client's count, to be counted up; 0 at the beginning of a window. */
  of(client: string, nowMs: number): ClientCount {
    const known = this.find(client, nowMs);
    if (known) return known;
    if (this.#counts.size >= this.#options.maxClients) this.#forgetOldest();
    const entry = { count: 0, sinceMs: nowMs };
    this.#counts.delete(client); // so that the order is that of age
    this.#counts.set(client, entry);
    return entry;
  }

  /** Gives an entry's memory back. */
  forget(client: string, entry: ClientCount): void {
    if (this.#counts.get(client) === entry) this.#counts.delete(client);
  }

  #forgetOldest(): void {
    const [oldest] = this.#counts.keys();
    if (oldest !== undefined) this.#counts.delete(oldest);
  }
}
