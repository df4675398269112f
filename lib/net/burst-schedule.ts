const fieldsPerBurst = 2;

/** When the packets of a batch leave: bursts, one after the other. Memory grows as needed and is used again. */
export class BurstSchedule {
  /** For each burst: its packets, and its departure in microseconds of CLOCK_MONOTONIC, 0 for at once. */
  bursts: Float64Array<ArrayBuffer> = new Float64Array(fieldsPerBurst);
  burstCount = 0;

  /** Empties the schedule and makes room. */
  reset(maxBursts: number): void {
    if (this.bursts.length < maxBursts * fieldsPerBurst) {
      this.bursts = new Float64Array(Math.ceil(maxBursts * 1.5) * fieldsPerBurst);
    }
    this.burstCount = 0;
  }

  add(packetCount: number, departureUs: number): void {
    const at = this.burstCount * fieldsPerBurst;
    this.bursts[at] = packetCount;
    this.bursts[at + 1] = departureUs;
    this.burstCount += 1;
  }

  packetCount(burst: number): number {
    return this.bursts[burst * fieldsPerBurst] ?? 0;
  }

  departureUs(burst: number): number {
    return this.bursts[burst * fieldsPerBurst + 1] ?? 0;
  }
}
