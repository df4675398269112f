import { compactNtpToUs } from './ntp-timestamp.js';
import type { ReportBlock } from './report-block.js';

/** Those of a minute. */
const rememberedReports = 64;

/** When the last sender reports left, on the monotonic clock: a wall clock that is set does not change a round trip. */
export class SentReports {
  readonly #compactNtps = new Uint32Array(rememberedReports);
  readonly #sentUs = new Float64Array(rememberedReports);
  readonly #packetCounts = new Float64Array(rememberedReports);
  #count = 0;

  /** @param packetCount - packets of RTP that had been sent by then */
  add(compactNtp: number, nowUs: number, packetCount: number): void {
    const at = this.#count % rememberedReports;
    this.#compactNtps[at] = compactNtp;
    this.#sentUs[at] = nowUs;
    this.#packetCounts[at] = packetCount;
    this.#count += 1;
  }

  /** How many packets of RTP had been sent at the last report before a time; 0 when there was none, or it is forgotten. */
  packetCountAt(timeUs: number): number {
    const remembered = Math.min(this.#count, rememberedReports);
    for (let age = 1; age <= remembered; age++) {
      const at = (this.#count - age) % rememberedReports;
      if ((this.#sentUs[at] ?? 0) <= timeUs) return this.#packetCounts[at] ?? 0;
    }
    return 0;
  }

  /**
   * Time there and back (RFC 3550 section 6.4.1, figure 2), at least 0, of a block that has arrived just now. Absent
   * when it names no report (0), or one that is not among the last 64.
   */
  roundTripUs(block: ReportBlock, nowUs: number): number | undefined {
    if (block.lastReportCompactNtp === 0) return undefined;
    const known = this.#compactNtps.subarray(0, this.#count);
    const sentUs = this.#sentUs[known.indexOf(block.lastReportCompactNtp)];
    if (sentUs === undefined) return undefined;
    return Math.max(0, nowUs - sentUs - compactNtpToUs(block.delaySinceLastReport));
  }
}
