/** Of the bitrate. Who loses more than that has too slow a way, which sending again would fill further. */
const share = 0.5;
const burstSeconds = 0.5;

/** Bounds what a viewer gets sent again. */
export class Retransmissions {
  #allowanceBytes = 0;
  #sinceUs = 0;

  /** Whether a packet may be sent again now. @param bitrateBps - of the stream */
  allow(bytes: number, bitrateBps: number, nowUs: number): boolean {
    const bytesPerSecond = (share * bitrateBps) / 8;
    const earned = ((nowUs - this.#sinceUs) * bytesPerSecond) / 1e6;
    this.#allowanceBytes = Math.min(this.#allowanceBytes + earned, burstSeconds * bytesPerSecond);
    this.#sinceUs = nowUs;
    if (bytes > this.#allowanceBytes) return false;
    this.#allowanceBytes -= bytes;
    return true;
  }
}
