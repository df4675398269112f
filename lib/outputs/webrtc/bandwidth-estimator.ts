import type { TransportFeedback } from '../../rtcp/index.js';
import { ArrivalWindow, type ArrivalFigures } from './arrival-window.js';

export interface BitrateBounds {
  readonly minBps: number;
  readonly maxBps: number;
}

/** How long arrivals are looked at together: several frames. */
const intervalUs = 250_000;
/** A queue that stands, not one that a frame's packets make and that drains before the next. */
const maxStandingQueueUs = 30_000;
/** Random loss of a radio is no reason to be slower, nothing gets better by it; that of a full queue is. */
const maxLossFraction = 0.1;
/** What is sent after the way turned out to be too slow, of what arrived: the queue has to drain. */
const decrease = 0.85;
/** The time in which that shows, before it is looked at again: the reports come by a way with a queue, too. */
const settleUs = 600_000;
/** Of a queue, what is left of it at most if it is our own and drains, and at least if it grows all the same. */
const drained = 0.8;
const grown = 1.2;
/** Growth in a second: where the way is known to carry it, and near the rate that was too much last time. */
const growth = 2;
const growthNearLimit = 1.08;
/** Around the limit: what arrived when the way was too slow. */
const nearLimit = [0.8, 1.05] as const;

/**
 * What a viewer's way carries, estimated by its feedback: when packets arrived, or else by its own estimate (REMB) and
 * the losses that it reports. Between the bounds, and at the upper one as long as nothing speaks against it.
 */
export class BandwidthEstimator {
  readonly #bounds: BitrateBounds;
  readonly #arrivals = new ArrivalWindow();
  #bitrateBps: number;
  #limitBps = Infinity;
  #evaluatedUs = 0;
  #changedUs = -Infinity;
  // The longest queue since the last decrease; 0: none made it decrease.
  #queuePeakUs = 0;
  #hasArrivals = false;

  constructor(bounds: BitrateBounds) {
    this.#bounds = bounds;
    this.#bitrateBps = bounds.maxBps;
  }

  get bitrateBps(): number {
    return this.#bitrateBps;
  }

  /** A packet with this transport-wide sequence number leaves. */
  onSent(transportSequence: number, bytes: number, nowUs: number): void {
    this.#arrivals.onSent(transportSequence, bytes, nowUs);
  }

  onTransportFeedback(feedback: TransportFeedback, nowUs: number): void {
    this.#hasArrivals = true;
    this.#arrivals.onFeedback(feedback, nowUs);
    const sinceUs = nowUs - this.#evaluatedUs;
    if (sinceUs < intervalUs) return;
    this.#evaluatedUs = nowUs;
    const figures = this.#arrivals.take();
    if (figures) this.#evaluate(figures, Math.min(sinceUs, 2 * intervalUs) / 1e6, nowUs);
  }

  /** The receiver's own estimate. */
  onRemb(bitrateBps: number): void {
    if (!this.#hasArrivals) this.#set(bitrateBps);
  }

  /** A receiver report, of about every second. */
  onLossReport(lossFraction: number): void {
    if (this.#hasArrivals) return;
    if (lossFraction > maxLossFraction) this.#set(this.#bitrateBps * (1 - lossFraction / 2));
    else this.#set(this.#bitrateBps * growthNearLimit);
  }

  #evaluate(figures: ArrivalFigures, seconds: number, nowUs: number): void {
    const { standingQueueUs, lossFraction } = figures;
    if (nowUs - this.#changedUs < settleUs) {
      if (this.#queuePeakUs > 0) this.#queuePeakUs = Math.max(this.#queuePeakUs, standingQueueUs);
      this.#arrivals.forgetLosses();
      return;
    }
    const hasQueue = standingQueueUs > maxStandingQueueUs;
    const isLossy = lossFraction > maxLossFraction;
    // What became of the queue that the last decrease was for.
    const change = isLossy || this.#queuePeakUs === 0 ? Infinity : standingQueueUs / this.#queuePeakUs;
    if (!hasQueue && !isLossy) {
      this.#queuePeakUs = 0;
      this.#grow(seconds);
    } else if (change < drained) {
      this.#queuePeakUs = standingQueueUs;
      this.#changedUs = nowUs;
    } else if (change < grown) {
      // Less is sent, and it stays as it is: it is not our queue, but a longer way.
      this.#arrivals.rebase(standingQueueUs);
      this.#queuePeakUs = 0;
    } else {
      this.#decrease(figures, hasQueue);
      this.#changedUs = nowUs;
    }
  }

  #decrease({ standingQueueUs, receivedBps, lossFraction }: ArrivalFigures, hasQueue: boolean): void {
    this.#queuePeakUs = hasQueue ? standingQueueUs : 0;
    // While a queue stands, what arrives is what the way carries.
    this.#limitBps = hasQueue ? receivedBps : this.#bitrateBps * (1 - lossFraction);
    this.#set(clamp(decrease * this.#limitBps, this.#bitrateBps / 2, this.#bitrateBps));
  }

  #grow(seconds: number): void {
    const [low, high] = nearLimit;
    const isNear = this.#bitrateBps > low * this.#limitBps && this.#bitrateBps < high * this.#limitBps;
    this.#set(this.#bitrateBps * (isNear ? growthNearLimit : growth) ** seconds);
  }

  #set(bitrateBps: number): void {
    this.#bitrateBps = clamp(bitrateBps, this.#bounds.minBps, this.#bounds.maxBps);
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
