import type { BurstSchedule } from './burst-schedule.js';

/**
 * Packets that leave together. So few that a small receive buffer takes them, so many that the sender's thread is not
 * woken for each.
 */
const burstPackets = 8;

/** Bursts never wait longer for each other than this, so that small frames, which no buffer minds, are not delayed. */
const maxGapUs = 500;

/** What is shorter than usual becomes the usual at once; what is longer, slowly. */
const usualWeight = 1 / 64;

/**
 * Decides when each packet of a camera leaves: bursts at even distances from the moment that a frame is there, over a
 * part of the time until the next one. A frame that is late has less of that time, so that it never delays the next.
 * Pure: time is passed in.
 */
export class Pacer {
  readonly #spread: number;
  // Until there is a second frame: 30 a second.
  #frameIntervalUs = 1e6 / 30;
  #lastCaptureTimeUs = Number.NaN;
  #usualDelayUs = Number.POSITIVE_INFINITY;
  #windowUs = 0;
  #windowEndUs = 0;
  #plannedPackets = 0;
  #gapUs = 0;
  #nextDepartureUs = 0;

  /** @param spread - the part of a frame's time that its packets are spread over, 0..1; 0 sends them all at once */
  constructor(spread: number) {
    this.#spread = spread;
  }

  /**
   * A frame is there, or the beginning of it.
   *
   * @param captureTimeUs - microseconds of CLOCK_MONOTONIC
   * @param nowUs - microseconds of CLOCK_MONOTONIC
   * @param expectedPackets - how many it will have; a guess as long as it is being encoded
   */
  beginFrame(captureTimeUs: number, nowUs: number, expectedPackets: number): void {
    if (this.#spread === 0) return;
    // A gap between frames is no time to spread over.
    const sinceLastUs = captureTimeUs - this.#lastCaptureTimeUs;
    this.#lastCaptureTimeUs = captureTimeUs;
    if (sinceLastUs > 0) {
      this.#frameIntervalUs = Math.min(sinceLastUs, this.#frameIntervalUs * (1 + usualWeight));
    }
    const delayUs = nowUs - captureTimeUs;
    const excessUs = delayUs - this.#usualDelayUs;
    this.#usualDelayUs = excessUs > 0 ? this.#usualDelayUs + excessUs * usualWeight : delayUs;
    const lateUs = Math.max(excessUs, 0);
    const windowUs = Math.max(this.#spread * this.#frameIntervalUs - lateUs, 0);
    this.#windowUs = windowUs;
    this.#windowEndUs = nowUs + windowUs;
    this.#plannedPackets = 0;
    this.#nextDepartureUs = nowUs;
    this.#gapUs = this.#gapFor(expectedPackets, nowUs);
  }

  /**
   * Plans the frame's next packets.
   *
   * @param isLast - whether they are the frame's last ones: then they get what is left of its time
   * @param schedule - overwritten
   */
  plan(packetCount: number, isLast: boolean, nowUs: number, schedule: BurstSchedule): void {
    if (this.#spread === 0) {
      schedule.reset(1);
      schedule.add(packetCount, 0);
      return;
    }
    schedule.reset(Math.ceil(packetCount / burstPackets));
    if (packetCount === 0) schedule.add(0, 0);
    // In locals: a field of this object would be a new number on the heap for every burst.
    let departureUs = Math.max(this.#nextDepartureUs, nowUs);
    const gapUs = this.#gapOf(packetCount, isLast, departureUs);
    for (let left = packetCount; left > 0; left -= burstPackets) {
      const count = Math.min(left, burstPackets);
      schedule.add(count, departureUs);
      departureUs += (gapUs * count) / burstPackets;
    }
    this.#nextDepartureUs = departureUs;
  }

  /** The distance of the bursts of a frame's part. */
  #gapOf(packetCount: number, isLast: boolean, departureUs: number): number {
    this.#plannedPackets += packetCount;
    // A frame that has more packets than expected goes beyond its time, but never faster than if that had been known.
    const wholeGapUs = Math.min(
      (this.#windowUs * burstPackets) / Math.max(this.#plannedPackets, 1),
      maxGapUs,
    );
    if (isLast) return Math.max(this.#gapFor(packetCount, departureUs), wholeGapUs);
    return departureUs < this.#windowEndUs ? this.#gapUs : wholeGapUs;
  }

  /** The distance of bursts by which so many packets end with the frame's time. */
  #gapFor(packetCount: number, fromUs: number): number {
    const bursts = Math.max(packetCount / burstPackets, 1);
    return Math.min(Math.max(this.#windowEndUs - fromUs, 0) / bursts, maxGapUs);
  }
}
