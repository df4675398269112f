import type { Camera } from './camera.js';
import { CapturePairing, type CapturePair } from './capture-pairing.js';
import type { Frame } from './frame.js';
import type { FrameConsumer } from './frame-consumer.js';

export interface FramePair {
  /** In the order of the cameras. Valid until the loop's next turn. */
  readonly frames: readonly [Frame, Frame];
  /** Capture time of the second minus that of the first, in microseconds. */
  readonly skewUs: number;
}

export interface FramePairOptions {
  /** Frames further apart are no pair; default half of the time between two frames. */
  readonly maxSkewUs?: number;
  /** Ends the loop. */
  readonly signal?: AbortSignal;
}

/**
 * The frames that two cameras captured at the same time, for `for await`. A frame without a partner is left out. A pair
 * is valid until the loop's next turn, and only the newest waits for it. Ends when one of the cameras does; throws when
 * one fails.
 */
export async function* pairFrames(
  cameras: readonly [Camera, Camera],
  options: FramePairOptions = {},
): AsyncGenerator<FramePair, void, undefined> {
  const pairs = new NewestPair(cameras, options);
  try {
    await pairs.start();
    for (;;) {
      const pair = await pairs.next();
      if (!pair) break;
      yield { frames: pair.items, skewUs: pair.skewUs };
    }
  } finally {
    pairs.stop();
  }
  for (const { failure } of cameras) if (failure) throw failure;
}

/** Pairs the cameras' frames, and keeps the newest pair and the one that is in use. */
class NewestPair {
  readonly #cameras: readonly [Camera, Camera];
  readonly #consumers: readonly [FrameConsumer, FrameConsumer];
  readonly #pairing: CapturePairing<Frame>;
  readonly #signal: AbortSignal | undefined;
  #newest: CapturePair<Frame> | undefined;
  #inUse: CapturePair<Frame> | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(cameras: readonly [Camera, Camera], { maxSkewUs, signal }: FramePairOptions) {
    const fps = Math.max(...cameras.map(({ plan }) => plan.fps));
    this.#cameras = cameras;
    this.#signal = signal;
    this.#pairing = new CapturePairing(maxSkewUs ?? (fps > 0 ? 1e6 / fps / 2 : Infinity), (frame) => {
      frame.release();
    });
    this.#consumers = [this.#consumer(0), this.#consumer(1)];
  }

  async start(): Promise<void> {
    this.#signal?.addEventListener('abort', this.#end, { once: true });
    if (this.#signal?.aborted || this.#cameras.some(({ ended, failure }) => ended || failure)) this.#end();
    for (const camera of this.#cameras) camera.on('end', this.#end).on('failure', this.#end);
    if (this.#ended) return;
    const [first, second] = this.#cameras;
    await Promise.all([first.attach(this.#consumers[0]), second.attach(this.#consumers[1])]);
  }

  /** Gives back the pair before. Nothing at the end. */
  async next(): Promise<CapturePair<Frame> | undefined> {
    release(this.#inUse);
    this.#inUse = undefined;
    while (!this.#newest && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (!this.#ended) this.#inUse = this.#newest;
    else release(this.#newest);
    this.#newest = undefined;
    return this.#inUse;
  }

  stop(): void {
    this.#end();
    this.#signal?.removeEventListener('abort', this.#end);
    this.#cameras.forEach((camera, side) => {
      camera.detach(this.#consumers[side === 0 ? 0 : 1]);
      camera.off('end', this.#end).off('failure', this.#end);
    });
    this.#pairing.clear();
    for (const pair of [this.#inUse, this.#newest]) release(pair);
    this.#inUse = this.#newest = undefined;
  }

  #consumer(side: 0 | 1): FrameConsumer {
    return {
      take: (frame) => {
        const pair = this.#pairing.offer(side, frame.captureTimeUs, frame.retain());
        if (!pair) return;
        release(this.#newest);
        this.#newest = pair;
        this.#wake?.();
      },
    };
  }

  readonly #end = (): void => {
    this.#ended = true;
    this.#wake?.();
  };
}

function release(pair: CapturePair<Frame> | undefined): void {
  for (const frame of pair?.items ?? []) frame.release();
}
