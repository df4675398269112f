import type { ReportBlock } from './report-block.js';

/** So many receivers are kept; a further one takes the place of the one heard from longest ago. */
const maxReceivers = 32;

/** What one receiver last said of the stream. */
export interface ReceptionStatistics {
  /** The receiver's own; 32 bits. */
  readonly ssrc: number;
  /** Between its last two reports, 0..1. */
  readonly fractionLost: number;
  /** Since it began to receive; negative when more packets were duplicated than lost. */
  readonly packetsLost: number;
  /** Lower 16 bits: sequence number; upper 16 bits: how often it began again. */
  readonly highestSequenceNumber: number;
  /** Mean deviation of the packets' travelling times (RFC 3550 section 6.4.1). */
  readonly jitterMs: number;
  /** Absent until one of the last sender reports has reached it. */
  readonly roundTripMs?: number;
  /** Since its last report. */
  readonly lastReportAgeMs: number;
}

interface Receiver {
  readonly block: ReportBlock;
  readonly roundTripUs: number | undefined;
  readonly heardUs: number;
}

/** The receivers of one stream, by what they report. */
export class KnownReceivers {
  // In the order in which they were heard, the one of longest ago first.
  readonly #receivers = new Map<number, Receiver>();

  get size(): number {
    return this.#receivers.size;
  }

  /** Takes a receiver's block about the stream. */
  report(ssrc: number, block: ReportBlock, roundTripUs: number | undefined, nowUs: number): void {
    this.#receivers.delete(ssrc);
    this.#receivers.set(ssrc, { block, roundTripUs, heardUs: nowUs });
    const [oldest] = this.#receivers.keys();
    if (this.#receivers.size > maxReceivers && oldest !== undefined) this.#receivers.delete(oldest);
  }

  /** Takes a receiver's farewell; false when nobody knew it. */
  leave(ssrc: number): boolean {
    return this.#receivers.delete(ssrc);
  }

  /** Forgets who has been silent for longer. */
  forgetSilent(nowUs: number, timeoutUs: number): void {
    for (const [ssrc, { heardUs }] of this.#receivers) {
      if (nowUs - heardUs <= timeoutUs) return;
      this.#receivers.delete(ssrc);
    }
  }

  statistics(nowUs: number, clockRateHz: number): ReceptionStatistics[] {
    return Array.from(this.#receivers, ([ssrc, { block, roundTripUs, heardUs }]) => ({
      ssrc,
      fractionLost: block.fractionLost,
      packetsLost: block.packetsLost,
      highestSequenceNumber: block.highestSequenceNumber,
      jitterMs: (block.jitterTicks * 1e3) / clockRateHz,
      ...(roundTripUs !== undefined && { roundTripMs: roundTripUs / 1e3 }),
      lastReportAgeMs: (nowUs - heardUs) / 1e3,
    }));
  }
}
