const windowSamples = 32;

/** A sample that lies further from where the others lead to is a step: somebody set the clock. */
const stepUs = 10_000;

/** Clocks are slewed by at most 500 ppm. More comes from samples that lie close together, and foretells nothing. */
const maxSlope = 500e-6;

/** A straight line through the samples by least squares. */
interface Line {
  readonly meanTimeUs: number;
  readonly meanOffsetUs: number;
  /** Absent for a single moment. */
  readonly slope: number | undefined;
}

/** How the wall clock runs against the monotonic clock, over the last 32 samples. */
export class ClockDrift {
  readonly #timesUs = new Float64Array(windowSamples);
  readonly #offsetsUs = new Float64Array(windowSamples);
  #samples = 0;
  #steps = 0;

  /** How often the wall clock was set. */
  get steps(): number {
    return this.#steps;
  }

  /** Parts per million by which the wall clock runs fast; absent until two samples have come since the last step. */
  get driftPpm(): number | undefined {
    const slope = this.#line()?.slope;
    return slope === undefined ? undefined : slope * 1e6;
  }

  /**
   * Takes a reading of both clocks.
   *
   * @param monotonicUs - CLOCK_MONOTONIC, later than the sample before
   * @param unixOffsetUs - CLOCK_REALTIME - CLOCK_MONOTONIC at that moment
   */
  add(monotonicUs: number, unixOffsetUs: number): void {
    const line = this.#line();
    if (line && Math.abs(unixOffsetUs - predict(line, monotonicUs)) > stepUs) {
      this.#steps += 1;
      this.#samples = 0;
    }
    const at = this.#samples % windowSamples;
    this.#timesUs[at] = monotonicUs;
    this.#offsetsUs[at] = unixOffsetUs;
    this.#samples += 1;
  }

  #line(): Line | undefined {
    const count = Math.min(this.#samples, windowSamples);
    const [originTimeUs, originOffsetUs] = [this.#timesUs[0], this.#offsetsUs[0]];
    if (count === 0 || originTimeUs === undefined || originOffsetUs === undefined) return undefined;
    // Sums of distances from one sample: those of the values themselves, 10^15 and more, would lose the difference.
    let [time, offset, timeTime, timeOffset] = [0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      const x = (this.#timesUs[i] ?? 0) - originTimeUs;
      const y = (this.#offsetsUs[i] ?? 0) - originOffsetUs;
      time += x;
      offset += y;
      timeTime += x * x;
      timeOffset += x * y;
    }
    const spread = timeTime - (time * time) / count;
    return {
      meanTimeUs: originTimeUs + time / count,
      meanOffsetUs: originOffsetUs + offset / count,
      slope: spread > 0 ? (timeOffset - (time * offset) / count) / spread : undefined,
    };
  }
}

function predict({ meanTimeUs, meanOffsetUs, slope = 0 }: Line, monotonicUs: number): number {
  const limited = Math.min(maxSlope, Math.max(-maxSlope, slope));
  return meanOffsetUs + limited * (monotonicUs - meanTimeUs);
}
