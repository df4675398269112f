import type { FastifyRateLimitStore, RateLimitPluginOptions } from '@fastify/rate-limit';
import { ClientCounts } from './client-counts.js';
import { clientOf, isLoopback } from './addresses.js';

const maxRequestsPerMinute = 1200;
const windowMs = 60_000;

/**
 * Counts requests on a clock that is never set. The plugin's own store goes by the wall clock: where that is set back by an
 * hour, no count begins anew for an hour, and all who ask regularly are refused.
 */
class RequestCounts implements FastifyRateLimitStore {
  readonly #counts = new ClientCounts({ windowMs, maxClients: 5000 });

  incr(
    client: string,
    callback: (error: Error | null, result: { current: number; ttl: number }) => void,
  ): void {
    const nowMs = performance.now();
    const entry = this.#counts.of(client, nowMs);
    entry.count += 1;
    callback(null, { current: entry.count, ttl: entry.sinceMs + windowMs - nowMs });
  }

  /** No route has a limit of its own. */
  child(): FastifyRateLimitStore {
    return this;
  }
}

/** How many requests another machine may make; programs on this one have no limit. */
export const requestLimit: RateLimitPluginOptions = {
  max: maxRequestsPerMinute,
  timeWindow: windowMs,
  store: RequestCounts,
  allowList: ({ ip }) => isLoopback(ip),
  // Not the plugin's own, which throws when the client is gone.
  keyGenerator: ({ ip }) => clientOf(ip),
};
