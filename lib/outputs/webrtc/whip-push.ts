import { EventEmitter } from 'node:events';
import { Backoff } from '../../util/backoff.js';
import { publicUrl } from '../../util/public-url.js';
import type { VideoSize } from './answer.js';
import { deleteSession, postOffer, type WhipEndpoint, type WhipFailure } from './whip-client.js';
import type { OfferedSession, WebRtcOutput } from './webrtc-output.js';

export const pushStates = ['stopped', 'connecting', 'connected', 'waiting'] as const;
export type PushState = (typeof pushStates)[number];

export interface PushStatus {
  /** Without the query. */
  readonly url: string;
  /** `waiting`: for the next attempt. */
  readonly state: PushState;
  /** Why the last attempt failed, or the connection was lost; until it is connected again. */
  readonly reason?: string;
  /** When the state began, Unix time in milliseconds. */
  readonly sinceMs: number;
  /** Attempts since it was connected, beyond the first one. */
  readonly retries: number;
}

export interface WhipPushTiming {
  /** Waiting times after a failure: the first one, then doubled each time up to the longest. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** At least, after a refusal (4xx). */
  readonly refusedDelayMs: number;
  /** A server that asks for more is asked again after that. */
  readonly maxRetryAfterMs: number;
  /** A connection that lasted so long makes waiting times begin anew. */
  readonly stableMs: number;
  /** For the answer to an offer. */
  readonly answerTimeoutMs: number;
  /** For the end, twice: an offer under way, and DELETE. */
  readonly stopTimeoutMs: number;
}

export interface WhipPushOptions {
  readonly url: string;
  /** Asked before each attempt. @throws when it cannot be read */
  readonly token: () => string | undefined;
  readonly output: WebRtcOutput;
  /** The picture as it is now; undefined where it is not known. */
  readonly size: () => VideoSize | undefined;
  readonly timing?: Partial<WhipPushTiming>;
}

const defaultTiming: WhipPushTiming = {
  ...{ firstDelayMs: 1000, maxDelayMs: 30_000, refusedDelayMs: 10_000, maxRetryAfterMs: 300_000 },
  ...{ stableMs: 10_000, answerTimeoutMs: 10_000, stopTimeoutMs: 900 },
};

interface Events {
  change: [status: PushStatus, nextAttemptMs: number | undefined];
}

/**
 * Pushes a camera's video to a media server by WHIP (RFC 9725), again and again until it is stopped: offer, answer,
 * connection; when that fails or is lost, a wait. A session is a receiver of the output, like a viewer. Never throws.
 */
export class WhipPush extends EventEmitter<Events> {
  readonly #options: WhipPushOptions;
  readonly #timing: WhipPushTiming;
  #stopping: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();
  #status: PushStatus;
  /** When it came into its state, on a clock that is never set. */
  #enteredMs = 0;

  constructor(options: WhipPushOptions) {
    super();
    this.#options = options;
    this.#timing = { ...defaultTiming, ...options.timing };
    this.#status = { url: publicUrl(options.url), state: 'stopped', sinceMs: Date.now(), retries: 0 };
  }

  get status(): PushStatus {
    return this.#status;
  }

  /** Begins, after the session before has ended. Harmless when it has begun. */
  start(): void {
    if (this.#stopping) return;
    const stopping = new AbortController();
    this.#stopping = stopping;
    this.#running = this.#running.then(() => this.#run(stopping.signal));
  }

  /** Ends the session, with the server's knowledge if it answers in time. Idempotent; resolves within two seconds. */
  async stop(): Promise<void> {
    this.#stopping?.abort();
    this.#stopping = undefined;
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { firstDelayMs, maxDelayMs, stableMs } = this.#timing;
    const backoff = new Backoff({ firstDelayMs, maxDelayMs });
    let failure: WhipFailure | undefined;
    for (let retries = 0; !signal.aborted; retries++) {
      this.#enter('connecting', failure, retries);
      failure = await this.#attempt(signal);
      if (isAborted(signal)) break;
      if (this.#status.state === 'connected') {
        retries = 0;
        if (performance.now() - this.#enteredMs > stableMs) backoff.reset();
      }
      const atLeastMs = this.#delayAfter(failure);
      this.#enter('waiting', failure, retries, Math.max(backoff.delayMs, atLeastMs));
      await backoff.wait(signal, { atLeastMs });
    }
    this.#enter('stopped', undefined, 0);
  }

  #delayAfter({ isRefusal, retryAfterMs = 0 }: WhipFailure): number {
    const { refusedDelayMs, maxRetryAfterMs } = this.#timing;
    return Math.max(Math.min(retryAfterMs, maxRetryAfterMs), isRefusal ? refusedDelayMs : 0);
  }

  /** One session from its offer to its end. Resolves with why it ended. */
  async #attempt(signal: AbortSignal): Promise<WhipFailure> {
    const { url, output, size } = this.#options;
    const life = new SessionLife(signal);
    let session: OfferedSession | undefined;
    try {
      const endpoint = { url, token: this.#options.token() };
      session = await output.offer(size(), {
        onConnected: () => {
          this.#enter('connected', undefined, 0);
        },
        onClosed: life.end,
      });
      return await this.#hold(session, endpoint, life, signal);
    } catch (error) {
      return { reason: error instanceof Error ? error.message : String(error), isRefusal: false };
    } finally {
      life.end();
      session?.close();
    }
  }

  async #hold(
    session: OfferedSession,
    endpoint: WhipEndpoint,
    life: SessionLife,
    signal: AbortSignal,
  ): Promise<WhipFailure> {
    const { answerTimeoutMs, stopTimeoutMs } = this.#timing;
    // One that is under way at the end may still be answered: then it is known what to delete.
    const late = lateSignal(signal, stopTimeoutMs);
    const reply = await postOffer(endpoint, session.offerSdp, answerTimeoutMs, late.signal);
    late.dispose();
    if (!reply.ok) return reply;
    const accepted = signal.aborted ? undefined : session.accept(reply.answerSdp);
    if (accepted?.ok) await life.ended;
    if (reply.session) await deleteSession(endpoint, reply.session, stopTimeoutMs);
    const wasConnected = this.#status.state === 'connected';
    const lost = wasConnected ? 'the connection ended' : 'the server answered, but no connection came about';
    return { reason: accepted?.ok === false ? accepted.reason : lost, isRefusal: false };
  }

  #enter(state: PushState, failure: WhipFailure | undefined, retries: number, nextAttemptMs?: number): void {
    const { url } = this.#status;
    const reason = failure && { reason: failure.reason };
    this.#status = { url, state, ...reason, sinceMs: Date.now(), retries };
    this.#enteredMs = performance.now();
    this.emit('change', this.#status, nextAttemptMs);
  }
}

/** Ends when the connection does, or all is to stop. */
class SessionLife {
  readonly ended: Promise<void>;
  #end: () => void = () => undefined;
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    signal.addEventListener('abort', this.end, { once: true });
  }

  readonly end = (): void => {
    this.#signal.removeEventListener('abort', this.end);
    this.#end();
  };
}

/** Aborted some time after another one. */
function lateSignal(signal: AbortSignal, delayMs: number): { signal: AbortSignal; dispose: () => void } {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    timer = setTimeout(() => {
      late.abort();
    }, delayMs);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  const dispose = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  };
  return { signal: late.signal, dispose };
}

/** Also where the compiler believes that it has seen it. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
