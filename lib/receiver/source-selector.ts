import { RtpSource, type RtpPacket } from '../rtp/index.js';
import { isSameSocketAddress, type SocketAddress } from '../util/socket-address.js';
import { CandidateStream } from './candidate-stream.js';

/** A stream that is silent for longer makes room for another one. */
const silentUs = 1_000_000;

/**
 * A stream is taken to have stopped when nothing of it came for this long, and for twice its usual time between packets,
 * if that is longer: other packets say that it ended, or began anew, but anybody can send such packets.
 */
const leastQuietUs = 150_000;
/** The usual time between packets is the longest of the last thousand or so. */
const gapDecay = 0.999;

/**
 * A packet's timestamp may differ by so much from the clock: networks hold packets back, and senders are not exact. Of
 * 12,000 forged packets whose sender does not see the stream, one comes as close.
 */
const maxTimestampErrorUs = 2_000_000;

/** Candidates, and what they hold together: more than 150 ms of 80 Mbit/s. */
const maxCandidates = 16;
const maxHeldBytes = 2 * 2 ** 20;
const maxHeldPackets = 2048;

export interface SelectedStream {
  readonly source: RtpSource;
  /** Where its packets come from. */
  readonly from: SocketAddress;
}

export interface SourceSelectorOptions {
  /** The only SSRC that is taken; absent: that of the first stream that proves itself. */
  readonly ssrc: number | undefined;
  readonly clockRateHz: number;
  /** The stream is another one from now on, or began anew with other numbers. */
  readonly onSelected: (stream: SelectedStream) => void;
  /** A packet of the stream, in the order of arrival. */
  readonly onPacket: (bytes: Uint8Array, packet: RtpPacket, nowUs: number) => void;
}

/**
 * Selects the packets of one stream from all that come to a port. A stream is an SSRC from one address and port. Two
 * packets whose numbers follow each other make a stream (RFC 3550 appendix A.1), in whatever order they come.
 *
 * Another stream takes over when this one is silent for a second, or quiet after it said goodbye. The same stream may
 * begin anew with other sequence numbers or timestamps: its packets are held until it is certain that the old ones have
 * stopped. So a party that only sends packets, even under the stream's address, can neither take over nor interrupt a
 * stream whose packets it does not see. A party that sees them can forge everything: RTP has no signatures.
 */
export class SourceSelector {
  /** Packets of other streams, and of none. */
  packetsForeign = 0;
  /** Packets of the stream's SSRC and address whose numbers lie far from the stream's. */
  packetsRefused = 0;
  readonly #options: SourceSelectorOptions;
  #candidates: CandidateStream[] = [];
  #current: SelectedStream | undefined;
  #lastPacketUs = 0;
  #endedUs = Number.NEGATIVE_INFINITY;
  #usualGapUs = 0;

  constructor(options: SourceSelectorOptions) {
    this.#options = options;
  }

  /** The stream that is received; absent before the first. */
  get current(): SelectedStream | undefined {
    return this.#current;
  }

  /** The stream has said goodbye: the next one may begin as soon as it is quiet. */
  end(nowUs: number): void {
    this.#endedUs = nowUs;
  }

  /** Takes a packet; bytes may be overwritten after it. */
  receive(bytes: Uint8Array, packet: RtpPacket, from: SocketAddress, nowUs: number): void {
    if (this.#isOfCurrent(packet.ssrc, from) && this.#accept(packet, nowUs)) {
      this.#options.onPacket(bytes, packet, nowUs);
    } else if (this.#mayBegin(packet.ssrc, from, nowUs)) {
      this.#tryOut(bytes, packet, from, nowUs);
    } else {
      this.packetsForeign += 1;
    }
  }

  #isOfCurrent(ssrc: number, from: SocketAddress): boolean {
    const current = this.#current;
    return current?.source.ssrc === ssrc && isSameSocketAddress(current.from, from);
  }

  /** Whether a packet under the stream's name belongs to it. */
  #accept({ sequenceNumber, rtpTimestamp }: RtpPacket, nowUs: number): boolean {
    const source = this.#current?.source;
    if (!source || Math.abs(source.aheadUs(rtpTimestamp, nowUs)) > maxTimestampErrorUs) return false;
    if (source.accept(sequenceNumber, rtpTimestamp, nowUs) !== 'accepted') return false;
    this.#usualGapUs = Math.max(nowUs - this.#lastPacketUs, this.#usualGapUs * gapDecay);
    this.#lastPacketUs = nowUs;
    // The stream goes on, so nothing else has begun.
    for (const candidate of this.#candidates) this.#countDropped(candidate, candidate.packetCount);
    if (this.#candidates.length > 0) this.#candidates = [];
    return true;
  }

  #mayBegin(ssrc: number, from: SocketAddress, nowUs: number): boolean {
    if (this.#options.ssrc !== undefined && ssrc !== this.#options.ssrc) return false;
    return !this.#current || this.#hasEnded(nowUs) || this.#isOfCurrent(ssrc, from);
  }

  /** Whether it is silent, or has said goodbye and sent nothing afterwards but what was still on its way. */
  #hasEnded(nowUs: number): boolean {
    return nowUs - this.#lastPacketUs > silentUs || this.#lastPacketUs - this.#endedUs < leastQuietUs;
  }

  #tryOut(bytes: Uint8Array, packet: RtpPacket, from: SocketAddress, nowUs: number): void {
    let candidate = this.#candidates.find((other) => other.owns(packet, from));
    if (!candidate) {
      candidate = new CandidateStream(packet.ssrc, from, nowUs);
      this.#candidates.push(candidate);
    }
    candidate.add(bytes, packet);
    if (candidate.isProven && this.#isQuiet(candidate, nowUs)) this.#select(candidate, nowUs);
    else this.#keepBounds();
  }

  /** Whether the stream that is received has stopped, so that this one may take its place. */
  #isQuiet({ firstUs }: CandidateStream, nowUs: number): boolean {
    if (!this.#current || nowUs - this.#lastPacketUs > silentUs) return true;
    const quietUs = Math.min(Math.max(2 * this.#usualGapUs, leastQuietUs), silentUs);
    // A goodbye comes behind the last packet, a restart in front of the first one.
    const sinceUs = this.#hasEnded(nowUs) ? Math.max(this.#lastPacketUs, this.#endedUs) : firstUs;
    return nowUs - sinceUs >= quietUs;
  }

  #select(candidate: CandidateStream, nowUs: number): void {
    const source = new RtpSource(candidate.ssrc, this.#options.clockRateHz);
    this.#candidates = [];
    this.#current = { source, from: candidate.from };
    this.#lastPacketUs = nowUs;
    this.#endedUs = Number.NEGATIVE_INFINITY;
    this.#usualGapUs = 0;
    this.#options.onSelected(this.#current);
    for (const { bytes, packet } of candidate.inOrder()) {
      source.accept(packet.sequenceNumber, packet.rtpTimestamp, nowUs);
      this.#options.onPacket(bytes, packet, nowUs);
    }
  }

  #keepBounds(): void {
    const sum = (of: (candidate: CandidateStream) => number): number =>
      this.#candidates.reduce((total, candidate) => total + of(candidate), 0);
    while (
      this.#candidates.length > maxCandidates ||
      sum(({ packetCount }) => packetCount) > maxHeldPackets ||
      sum(({ heldBytes }) => heldBytes) > maxHeldBytes
    ) {
      this.#dropLeast();
    }
  }

  /** Drops the candidate of which the fewest packets came, the oldest of these: a stream has more of them than noise. */
  #dropLeast(): void {
    const [first, ...others] = this.#candidates;
    if (!first) return;
    if (others.length === 0) {
      first.dropOldest();
      this.#countDropped(first, 1);
      return;
    }
    const least = others.reduce((a, b) => (b.packetCount < a.packetCount ? b : a), first);
    this.#candidates = this.#candidates.filter((other) => other !== least);
    this.#countDropped(least, least.packetCount);
  }

  #countDropped({ ssrc, from }: CandidateStream, packets: number): void {
    if (this.#isOfCurrent(ssrc, from)) this.packetsRefused += packets;
    else this.packetsForeign += packets;
  }
}
