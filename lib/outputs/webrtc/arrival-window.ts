import type { TransportFeedback } from '../../rtcp/index.js';

/** Packets on their way, or reported on lately. A power of two, as sequence numbers begin anew. */
const keptPackets = 4096;
/** How long the shortest travelling time counts: less than clocks drift apart noticeably. */
const baseWindowUs = 10_000_000;

/** How much of the losses before still counts at the next figures: random ones come in clusters. */
const lossMemory = 0.75;

/** What packets' arrivals in a while said. */
export interface ArrivalFigures {
  /** What the fastest packet waited in queues on the way: one that stands, not one that a frame's burst made. */
  readonly standingQueueUs: number;
  /** Of what arrived. */
  readonly receivedBps: number;
  /** 0..1 */
  readonly lossFraction: number;
}

/** Compares when packets were sent with when they arrived, by a clock that is not ours. */
export class ArrivalWindow {
  readonly #sentUs = new Float64Array(keptPackets).fill(NaN);
  readonly #sentBytes = new Uint32Array(keptPackets);
  // The shortest travelling times of this window and the one before, with the unknown difference of both clocks.
  #baseUs = Infinity;
  #baseBeforeUs = Infinity;
  #baseSinceUs = 0;
  // Since the last figures.
  #fastestUs = Infinity;
  #arrivedBytes = 0;
  #arrived = 0;
  #lost = 0;
  #lastArrivalUs = NaN;
  #figuresArrivalUs = NaN;

  onSent(transportSequence: number, bytes: number, nowUs: number): void {
    const slot = transportSequence % keptPackets;
    this.#sentUs[slot] = nowUs;
    this.#sentBytes[slot] = bytes;
  }

  onFeedback({ baseSequenceNumber, arrivalsUs }: TransportFeedback, nowUs: number): void {
    if (nowUs - this.#baseSinceUs > baseWindowUs) {
      this.#baseBeforeUs = this.#baseUs;
      this.#baseUs = Infinity;
      this.#baseSinceUs = nowUs;
    }
    for (const [i, arrivalUs] of arrivalsUs.entries()) {
      const slot = ((baseSequenceNumber + i) & 0xffff) % keptPackets;
      const sentUs = this.#sentUs[slot] ?? NaN;
      if (Number.isNaN(sentUs)) continue; // told of before, or never sent
      this.#sentUs[slot] = NaN;
      if (Number.isNaN(arrivalUs)) this.#lost += 1;
      else this.#onArrival(arrivalUs, arrivalUs - sentUs, this.#sentBytes[slot] ?? 0);
    }
  }

  /** From now on the way is as long as it was for the packets of the last figures: another one, perhaps. */
  rebase(standingQueueUs: number): void {
    this.#baseUs = Math.min(this.#baseUs, this.#baseBeforeUs) + standingQueueUs;
    this.#baseBeforeUs = this.#baseUs;
  }

  /** What was lost before something was done about it says nothing of what to do next. */
  forgetLosses(): void {
    this.#arrived = this.#lost = 0;
  }

  /** The figures since the last call; nothing when too little arrived to say something. */
  take(): ArrivalFigures | undefined {
    const spanUs = this.#lastArrivalUs - this.#figuresArrivalUs;
    const figures: ArrivalFigures = {
      standingQueueUs: this.#fastestUs - Math.min(this.#baseUs, this.#baseBeforeUs),
      receivedBps: (this.#arrivedBytes * 8e6) / spanUs,
      lossFraction: this.#lost / (this.#arrived + this.#lost),
    };
    const isMeaningful = this.#fastestUs < Infinity && spanUs > 0;
    this.#figuresArrivalUs = this.#lastArrivalUs;
    this.#fastestUs = Infinity;
    this.#arrivedBytes = 0;
    this.#arrived *= lossMemory;
    this.#lost *= lossMemory;
    return isMeaningful ? figures : undefined;
  }

  #onArrival(arrivalUs: number, travelUs: number, bytes: number): void {
    this.#baseUs = Math.min(this.#baseUs, travelUs);
    this.#fastestUs = Math.min(this.#fastestUs, travelUs);
    this.#arrivedBytes += bytes;
    this.#arrived += 1;
    if (!(arrivalUs <= this.#lastArrivalUs)) this.#lastArrivalUs = arrivalUs;
    if (Number.isNaN(this.#figuresArrivalUs)) this.#figuresArrivalUs = arrivalUs;
  }
}
