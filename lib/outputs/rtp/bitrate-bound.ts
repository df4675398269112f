/** What of a receiver's report counts here: see ReceptionStatistics. */
export interface ReportedReception {
  readonly ssrc: number;
  /** 0..1. */
  readonly fractionLost: number;
  readonly jitterMs: number;
  /** 0: this report has just come. */
  readonly lastReportAgeMs: number;
}

/** Why the bound was changed last. */
export type BoundChange = 'loss' | 'jitter' | 'recovery';

const tooMuchLoss = 0.02;
/** With no more loss than this a report counts as clean: on Wi-Fi there is always some. */
const littleLoss = 0.005;
/** Jitter counts when it is so many times what it was, and more than a few frames' packets make by themselves. */
const steepJitter = 3;
const leastJitterMs = 20;
/** A report's weight in what jitter was before. */
const jitterSmoothing = 0.1;
const lowering = 0.85;
const raising = 1.05;
/** Unless configured, the bound falls no lower than to this part: Wi-Fi at the edge of its range carries about as much. */
const leastPart = 0.1;
/** When nobody has reported for so long, which is longer than receivers wait, the bound is raised all the same. */
const silentUs = 10_000_000;
/** Then by this part of the configured bound at least, so that it is in force within a minute, however low it was. */
const leastRaise = 0.01;
/** What was reported sooner after a change, by another receiver, is of the time before it. */
const settlingUs = 800_000;

/** The bitrate that a stream may have: what was configured, less while receivers report losses. */
export class BitrateBound {
  lastChange: BoundChange | undefined;
  readonly #maxKbps: number;
  readonly #minKbps: number;
  #kbps: number;
  #lastChangeUs = -Infinity;
  #lastReportUs = -Infinity;
  // By receiver: jitter as it was before.
  #usualJitterMs = new Map<number, number>();

  /** @param minKbps - reports lower it no further; default a tenth of maxKbps */
  constructor(maxKbps: number, minKbps = leastPart * maxKbps) {
    this.#maxKbps = maxKbps;
    this.#minKbps = minKbps;
    this.#kbps = maxKbps;
  }

  /** In force. */
  get kbps(): number {
    return this.#kbps;
  }

  get bytesPerSecond(): number {
    return (this.#kbps * 1000) / 8;
  }

  /**
   * Takes reports into account.
   *
   * @param receivers - all that are known, of which some have just reported
   * @param nowUs - CLOCK_MONOTONIC
   */
  onReports(receivers: readonly ReportedReception[], nowUs: number): void {
    const news = receivers.filter(({ lastReportAgeMs }) => lastReportAgeMs === 0);
    const hasJitter = news.filter((report) => this.#isSteep(report)).length > 0;
    this.#rememberJitter(receivers, news);
    if (news.length > 0) this.#lastReportUs = nowUs;
    if (news.length === 0 || nowUs - this.#lastChangeUs < settlingUs) return;
    if (news.some(({ fractionLost }) => fractionLost > tooMuchLoss))
      this.#change(lowering * this.#kbps, 'loss', nowUs);
    else if (hasJitter) this.#change(lowering * this.#kbps, 'jitter', nowUs);
    else if (receivers.every(({ fractionLost }) => fractionLost <= littleLoss)) {
      this.#change(raising * this.#kbps, 'recovery', nowUs);
    }
  }

  /**
   * Raises it while nobody reports. To be called now and then, such as for each frame.
   *
   * @param nowUs - CLOCK_MONOTONIC
   */
  recover(nowUs: number): void {
    if (this.#kbps === this.#maxKbps) return;
    if (nowUs - this.#lastReportUs < silentUs || nowUs - this.#lastChangeUs < settlingUs) return;
    const kbps = Math.max(raising * this.#kbps, this.#kbps + leastRaise * this.#maxKbps);
    this.#change(kbps, 'recovery', nowUs);
  }

  #isSteep({ ssrc, jitterMs }: ReportedReception): boolean {
    const usualMs = this.#usualJitterMs.get(ssrc) ?? jitterMs;
    return jitterMs > leastJitterMs && jitterMs > steepJitter * usualMs;
  }

  /** Of those who are known only, so that there is a bound to the memory. */
  #rememberJitter(receivers: readonly ReportedReception[], news: readonly ReportedReception[]): void {
    const before = this.#usualJitterMs;
    this.#usualJitterMs = new Map(
      receivers.map((report) => {
        const usualMs = before.get(report.ssrc) ?? report.jitterMs;
        const weight = news.includes(report) ? jitterSmoothing : 0;
        return [report.ssrc, usualMs + (report.jitterMs - usualMs) * weight];
      }),
    );
  }

  #change(wantedKbps: number, reason: BoundChange, nowUs: number): void {
    const kbps = Math.min(Math.max(wantedKbps, this.#minKbps), this.#maxKbps);
    if (kbps === this.#kbps) return;
    this.#kbps = kbps;
    this.#lastChangeUs = nowUs;
    this.lastChange = reason;
  }
}
