const windowMs = 60_000;
const maxFailures = 10;
const maxAddresses = 1000;

/** Slows down those who guess: so many failures a minute, by address. */
export class FailedLogins {
  readonly #failures = new Map<string, { count: number; sinceMs: number }>();

  /** Whether this address has to wait. */
  isBlocked(address: string, nowMs: number): boolean {
    const entry = this.#failures.get(address);
    return entry !== undefined && nowMs - entry.sinceMs < windowMs && entry.count >= maxFailures;
  }

  add(address: string, nowMs: number): void {
    const entry = this.#failures.get(address);
    if (entry && nowMs - entry.sinceMs < windowMs) {
      entry.count += 1;
      return;
    }
    if (this.#failures.size >= maxAddresses) this.#forgetOldest();
    this.#failures.delete(address); // so that the order is that of age
    this.#failures.set(address, { count: 1, sinceMs: nowMs });
  }

  #forgetOldest(): void {
    const [oldest] = this.#failures.keys();
    if (oldest !== undefined) this.#failures.delete(oldest);
  }
}
