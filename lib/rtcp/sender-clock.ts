import { unixUsFromNtp } from './ntp-timestamp.js';
import type { SenderReport } from './sender-report.js';

/** What a sender's timestamps mean on its wall clock, as its last report says (RFC 3550 section 6.4.1). */
export class SenderClock {
  readonly #clockRateHz: number;
  #unixUs = 0;
  #rtpTimestamp = 0;
  #isKnown = false;

  constructor(clockRateHz: number) {
    this.#clockRateHz = clockRateHz;
  }

  onReport({ ntp, rtpTimestamp }: SenderReport): void {
    // Who has no wall clock sends 0.
    this.#isKnown = ntp.seconds !== 0 || ntp.fraction !== 0;
    this.#unixUs = unixUsFromNtp(ntp);
    this.#rtpTimestamp = rtpTimestamp;
  }

  /**
   * Microseconds since 1970 on the sender's clock; absent before its first report. Right for half of the timestamp's
   * range around the report: 6 hours at 90 kHz.
   */
  unixUs(rtpTimestamp: number): number | undefined {
    if (!this.#isKnown) return undefined;
    return this.#unixUs + ((rtpTimestamp - this.#rtpTimestamp) | 0) * (1e6 / this.#clockRateHz);
  }
}
