// RFC 3550 appendix A.1. Its numbers are for 50 packets a second: video has thousands, of which 2 s may be missing, and
// those of 0.2 s may come in any order.
const minSequential = 2;
const maxDropout = 10_000;
/** Less than maxMisorder, so that a wrong step ahead leaves the numbers that the stream goes on with in range. */
const maxStep = 500;
export const maxMisorder = 2000;
const sequenceModulus = 2 ** 16;

/** Networks hold packets back, and senders are not exact. */
export const maxTimestampErrorUs = 2_000_000;
/** A packet from later than this would make the frames until then look late. */
const maxEarlyUs = 500_000;
/** The clock follows late packets by this share: neither one of them nor a short jam moves it far. */
const lateShare = 1 / 256;

/** RFC 3550 section 6.4.1: the cumulative number of packets lost has 24 bits and a sign. */
const maxPacketsLost = 0x7f_ffff;

/**
 * What became of a packet: `accepted` counts; `probation` is one of the first, while nobody knows yet whether this is a
 * source at all; `refused` is too far away from the ones before.
 */
export type SequenceVerdict = 'accepted' | 'probation' | 'refused';

/**
 * How well a packet fits a source: `near` is the next one or close to it; `far` may come after a loss of many packets,
 * or be a guess; `foreign` has another numbering, or other timestamps.
 */
export type PacketFit = 'near' | 'far' | 'foreign';

/**
 * What a receiver knows of one synchronization source by its packets' headers: which sequence numbers belong to it, how
 * many were lost, and how unevenly they come (RFC 3550 appendices A.1, A.3 and A.8).
 */
export class RtpSource {
  readonly ssrc: number;
  readonly #ticksPerUs: number;
  #isNew = true;
  #probation = minSequential;
  // Appendix A.1, under its names: max_seq, cycles, base_seq, received and what they were at the last report.
  #highest = 0;
  #wraps = 0;
  #base = 0;
  #received = 0;
  #receivedBefore = 0;
  #expectedBefore = 0;
  // Appendix A.8. NaN: no packet to compare with.
  #lastArrivalTicks = Number.NaN;
  #lastRtpTimestamp = 0;
  #jitter = 0;
  // The timestamp of what is captured at an arrival time. NaN: none has been accepted.
  #clockArrivalTicks = Number.NaN;
  #clockTimestamp = 0;

  /** @param clockRateHz - of the RTP timestamps */
  constructor(ssrc: number, clockRateHz: number) {
    this.ssrc = ssrc;
    this.#ticksPerUs = clockRateHz / 1e6;
  }

  /**
   * Takes note of a packet.
   *
   * @param sequenceNumber - 16 bits
   * @param rtpTimestamp - 32 bits
   * @param nowUs - when it arrived, on any clock that does not jump
   */
  accept(sequenceNumber: number, rtpTimestamp: number, nowUs: number): SequenceVerdict {
    const verdict = this.#acceptSequence(sequenceNumber);
    if (verdict === 'accepted') {
      this.#followClock(rtpTimestamp, nowUs);
      this.#measureJitter(rtpTimestamp, nowUs * this.#ticksPerUs);
    }
    return verdict;
  }

  /** How well a packet fits the ones that were accepted. Takes no note of it. */
  fit(sequenceNumber: number, rtpTimestamp: number, nowUs: number): PacketFit {
    if (!this.hasClockOf(rtpTimestamp, nowUs)) return 'foreign';
    const ahead = (sequenceNumber - this.#highest) & 0xffff;
    if (ahead >= maxDropout && ahead <= sequenceModulus - maxMisorder) return 'foreign';
    const isStep = ahead > maxStep && ahead < maxDropout;
    return isStep || this.aheadUs(rtpTimestamp, nowUs) > maxEarlyUs ? 'far' : 'near';
  }

  /**
   * Whether a timestamp is within 2 s of the source's clock. One guess in 12,000 is: timestamps of 90 kHz begin again
   * after 13 hours.
   */
  hasClockOf(rtpTimestamp: number, nowUs: number): boolean {
    return Math.abs(this.aheadUs(rtpTimestamp, nowUs)) <= maxTimestampErrorUs;
  }

  /**
   * How far a timestamp lies from the timestamp that a packet would have if it were captured now, in microseconds: up to
   * half of the timestamps' range, positive for later ones; NaN before the first accepted packet. A stream's timestamps
   * begin at a random number (RFC 3550 section 5.1), so only somebody who sees the packets can keep this small.
   *
   * @param rtpTimestamp - 32 bits
   */
  aheadUs(rtpTimestamp: number, nowUs: number): number {
    if (Number.isNaN(this.#clockArrivalTicks)) return Number.NaN;
    const elapsedTicks = nowUs * this.#ticksPerUs - this.#clockArrivalTicks;
    return ((rtpTimestamp - this.#clockTimestamp - elapsedTicks) | 0) / this.#ticksPerUs;
  }

  /** Lower 16 bits: sequence number; upper 16 bits: how often it began again. */
  get extendedHighestSequenceNumber(): number {
    return (this.#wraps * sequenceModulus + this.#highest) % 2 ** 32;
  }

  /** Duplicates and late ones counted, as appendix A.3 has it. */
  get packetsReceived(): number {
    return this.#received;
  }

  /** From the first accepted one to the highest. */
  get packetsExpected(): number {
    // Appendix A.3. During probation none is.
    if (this.#probation > 0) return 0;
    return this.#wraps * sequenceModulus + this.#highest - this.#base + 1;
  }

  /** Negative when more were duplicated than lost; 24 bits with a sign. */
  get packetsLost(): number {
    const lost = this.packetsExpected - this.#received;
    return Math.min(Math.max(lost, -maxPacketsLost - 1), maxPacketsLost);
  }

  /** How much the time between packets differs from what their timestamps say, smoothed; 32 bits. */
  get jitterTicks(): number {
    return Math.min(Math.floor(this.#jitter), 0xffff_ffff);
  }

  /** The share of packets lost since the last call: 0..255/256, in steps of 1/256 (appendix A.3). */
  takeFractionLost(): number {
    const expected = this.packetsExpected;
    const expectedInterval = expected - this.#expectedBefore;
    const lostInterval = expectedInterval - (this.#received - this.#receivedBefore);
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    if (expectedInterval <= 0 || lostInterval <= 0) return 0;
    return Math.min(Math.floor((lostInterval * 256) / expectedInterval), 255) / 256;
  }

  // Appendix A.1: update_seq().
  #acceptSequence(sequenceNumber: number): SequenceVerdict {
    if (this.#probation > 0) return this.#prove(sequenceNumber);
    const ahead = (sequenceNumber - this.#highest) & 0xffff;
    if (ahead < maxDropout) {
      if (sequenceNumber < this.#highest) this.#wraps += 1;
      this.#highest = sequenceNumber;
    } else if (ahead <= sequenceModulus - maxMisorder) {
      // Appendix A.1 takes two such packets in a row for a restart. Anybody can send two packets, so that the caller
      // decides, by what else it knows, when a new RtpSource takes the place of this one.
      return 'refused';
    }
    // Otherwise it is a duplicate, or late.
    this.#received += 1;
    return 'accepted';
  }

  #prove(sequenceNumber: number): SequenceVerdict {
    const isNext = !this.#isNew && sequenceNumber === ((this.#highest + 1) & 0xffff);
    this.#isNew = false;
    this.#probation = isNext ? this.#probation - 1 : minSequential - 1;
    this.#highest = sequenceNumber;
    if (this.#probation > 0) return 'probation';
    this.#base = sequenceNumber;
    this.#received = 1;
    return 'accepted';
  }

  /** Follows early packets at once, because a network delays packets and never hastens them, and late ones slowly. */
  #followClock(rtpTimestamp: number, nowUs: number): void {
    const aheadUs = this.aheadUs(rtpTimestamp, nowUs);
    const lateTicks = aheadUs < 0 ? -aheadUs * this.#ticksPerUs : 0;
    this.#clockArrivalTicks = nowUs * this.#ticksPerUs;
    this.#clockTimestamp = rtpTimestamp + lateTicks * (1 - lateShare);
  }

  // Appendix A.8, with the difference of two transit times taken at once, so that neither can wrap.
  #measureJitter(rtpTimestamp: number, arrivalTicks: number): void {
    if (!Number.isNaN(this.#lastArrivalTicks)) {
      const sentTicks = (rtpTimestamp - this.#lastRtpTimestamp) | 0;
      const difference = Math.abs(arrivalTicks - this.#lastArrivalTicks - sentTicks);
      this.#jitter += (difference - this.#jitter) / 16;
    }
    this.#lastArrivalTicks = arrivalTicks;
    this.#lastRtpTimestamp = rtpTimestamp;
  }
}
