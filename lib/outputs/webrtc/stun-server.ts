import { isIP } from 'node:net';
import { resolveHost } from '../../net/resolve-host.js';
import { hostPort } from '../../util/host-port.js';

/** An address is looked up again after that, and after a failure. */
const lookupIntervalMs = 300_000;
const retryIntervalMs = 30_000;
/** A viewer waits so long for the first look-up. Without an answer it joins without STUN. */
const maxWaitMs = 250;

/**
 * A STUN server, by its address. The WebRTC stack looks a name up by a thread for each viewer; here there is one look-up
 * at a time, for all of them.
 */
export class StunServer {
  readonly #url: string;
  /** Undefined where there is no name to look up. */
  readonly #host: string | undefined;
  readonly #port: number;
  #address: string | undefined;
  #lookup: Promise<void> | undefined;
  #nextLookupMs = -Infinity;

  /** @param url - `stun:HOST` or `stun:HOST:PORT`; all else is left to the stack */
  constructor(url: string) {
    const [, bracketed, plain, port] =
      /^stun:(?:\/\/)?(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(url) ?? [];
    const host = bracketed ?? plain ?? '';
    this.#url = url;
    this.#host = isIP(host) === 0 && host !== '' ? host : undefined;
    this.#port = Number(port ?? 3478); // RFC 8489 section 8.1
  }

  /** With an address in place of the name; undefined when the name is not known. */
  async url(): Promise<string | undefined> {
    if (this.#host === undefined) return this.#url;
    await this.#lookUp(this.#host);
    return this.#address === undefined ? undefined : `stun:${hostPort(this.#address, this.#port)}`;
  }

  /** Resolves at once where an address is known. */
  async #lookUp(host: string): Promise<void> {
    if (!this.#lookup && performance.now() >= this.#nextLookupMs) this.#lookup = this.#begin(host);
    if (this.#address !== undefined || !this.#lookup) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, maxWaitMs);
    });
    await Promise.race([this.#lookup, late]);
    clearTimeout(timer);
  }

  async #begin(host: string): Promise<void> {
    try {
      this.#address = await resolveHost(host);
      this.#nextLookupMs = performance.now() + lookupIntervalMs;
    } catch {
      this.#nextLookupMs = performance.now() + retryIntervalMs; // the address from before may still be right
    }
    this.#lookup = undefined;
  }
}
