import { RtpSource, type RtpPacket } from '../rtp/index.js';
import { isSameSocketAddress, type SocketAddress } from '../util/socket-address.js';
import { CandidateStream, type CandidateKind } from './candidate-stream.js';

/** A stream that is silent for longer makes room for another one. */
const silentUs = 1_000_000;

/**
 * A stream is taken to have stopped when nothing of it came for this long, and for twice its usual time between packets,
 * if that is longer: other packets say that it ended, or began anew, but anybody can send such packets.
 */
const leastQuietUs = 150_000;
/** The usual time between packets is the longest of the last thousand or so. */
const gapDecay = 0.999;

/** A stream that was silent when another one took its place may take it back for so long: 5 minutes. */
const returnUs = 300_000_000;

/** Candidates, and what they hold together: more than 150 ms of 80 Mbit/s. */
const maxCandidates = 16;
const maxHeldBytes = 2 * 2 ** 20;
const maxHeldPackets = 2048;

export interface SelectedStream {
  readonly source: RtpSource;
  /** Where its packets come from. */
  readonly from: SocketAddress;
}

/** The stream that was received before. */
interface FormerStream {
  readonly stream: SelectedStream;
  /** When it was selected, and when its last packet came. */
  readonly sinceUs: number;
  readonly lastPacketUs: number;
  /** It was received first, so it need not wait until the other one is quiet. */
  readonly isSenior: boolean;
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
 * Another stream takes over when this one is silent for a second, or quiet after it said goodbye. The one that was only
 * silent takes its place back when it goes on. The same stream may begin anew with other sequence numbers or timestamps,
 * or go on behind a gap: its packets are held until it is certain that the old ones have stopped. A party that only
 * sends packets, even under the stream's address, can't interrupt a stream whose packets it does not see; of its guesses
 * one in some millions passes for a packet of the stream, and the stream goes on behind it. A party that sees the packets
 * can forge everything, because RTP has no signatures.
 */
export class SourceSelector {
  /** Packets of other streams, and of none. */
  packetsForeign = 0;
  /** Packets of the stream's SSRC and address whose numbers lie far from the stream's. */
  packetsRefused = 0;
  readonly #options: SourceSelectorOptions;
  #candidates: CandidateStream[] = [];
  #current: SelectedStream | undefined;
  #former: FormerStream | undefined;
  #sinceUs = 0;
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
      return;
    }
    const kind = this.#kindOf(packet, from, nowUs);
    if (kind) this.#tryOut(kind, bytes, packet, from, nowUs);
    else this.packetsForeign += 1;
  }

  #isOfCurrent(ssrc: number, from: SocketAddress): boolean {
    const current = this.#current;
    return current?.source.ssrc === ssrc && isSameSocketAddress(current.from, from);
  }

  /** Whether a packet under the stream's name belongs to it. */
  #accept({ sequenceNumber, rtpTimestamp }: RtpPacket, nowUs: number): boolean {
    const source = this.#current?.source;
    if (source?.fit(sequenceNumber, rtpTimestamp, nowUs) !== 'near') return false;
    source.accept(sequenceNumber, rtpTimestamp, nowUs);
    this.#usualGapUs = Math.max(nowUs - this.#lastPacketUs, this.#usualGapUs * gapDecay);
    this.#lastPacketUs = nowUs;
    if (this.#candidates.length > 0) this.#goOn();
    return true;
  }

  /** The stream goes on, so nothing else has begun. The one before may return all the same. */
  #goOn(): void {
    const isSenior = this.#former?.isSenior === true;
    this.#candidates = this.#candidates.filter((candidate) => {
      const stays = isSenior && candidate.kind === 'returning';
      if (!stays) this.#countDropped(candidate, candidate.packetCount);
      return stays;
    });
  }

  /** What a packet that is not the stream's next one may be the beginning of; undefined: nothing. */
  #kindOf(packet: RtpPacket, from: SocketAddress, nowUs: number): CandidateKind | undefined {
    const { ssrc, sequenceNumber, rtpTimestamp } = packet;
    if (this.#options.ssrc !== undefined && ssrc !== this.#options.ssrc) return undefined;
    const isOfCurrent = this.#isOfCurrent(ssrc, from);
    if (isOfCurrent && this.#current?.source.fit(sequenceNumber, rtpTimestamp, nowUs) === 'far')
      return 'continuing';
    if (this.#isOfFormer(packet, from, nowUs)) return 'returning';
    return !this.#current || isOfCurrent || this.#hasEnded(nowUs) ? 'new' : undefined;
  }

  /** Its timestamps must go on, because anybody may know its name. */
  #isOfFormer({ ssrc, rtpTimestamp }: RtpPacket, from: SocketAddress, nowUs: number): boolean {
    const former = this.#former;
    if (former?.stream.source.ssrc !== ssrc || !isSameSocketAddress(former.stream.from, from)) return false;
    return nowUs - former.lastPacketUs < returnUs && former.stream.source.hasClockOf(rtpTimestamp, nowUs);
  }

  /** Whether it is silent, or has said goodbye and sent nothing afterwards but what was still on its way. */
  #hasEnded(nowUs: number): boolean {
    return nowUs - this.#lastPacketUs > silentUs || this.#saidGoodbye();
  }

  #saidGoodbye(): boolean {
    return this.#lastPacketUs - this.#endedUs < leastQuietUs;
  }

  #tryOut(
    kind: CandidateKind,
    bytes: Uint8Array,
    packet: RtpPacket,
    from: SocketAddress,
    nowUs: number,
  ): void {
    let candidate = this.#candidates.find((other) => other.kind === kind && other.owns(packet, from, nowUs));
    if (!candidate) {
      candidate = new CandidateStream(packet.ssrc, from, kind, this.#options.clockRateHz, nowUs);
      this.#candidates.push(candidate);
    }
    candidate.add(bytes, packet, nowUs);
    if (!candidate.isProven || !this.#mayTakeOver(candidate, nowUs)) this.#keepBounds();
    else if (kind === 'continuing') this.#continue(candidate, nowUs);
    else this.#select(candidate, nowUs);
  }

  /** Whether the stream that is received has stopped, or has to give way. */
  #mayTakeOver({ kind, firstUs }: CandidateStream, nowUs: number): boolean {
    if (!this.#current || nowUs - this.#lastPacketUs > silentUs) return true;
    if (kind === 'returning' && this.#former?.isSenior === true) return true;
    const quietUs = Math.min(Math.max(2 * this.#usualGapUs, leastQuietUs), silentUs);
    if (kind === 'continuing') return nowUs - this.#lastPacketUs >= quietUs;
    // A goodbye comes behind the last packet, a restart in front of the first one.
    const sinceUs = this.#hasEnded(nowUs) ? Math.max(this.#lastPacketUs, this.#endedUs) : firstUs;
    return nowUs - sinceUs >= quietUs;
  }

  #continue(candidate: CandidateStream, nowUs: number): void {
    this.#candidates = this.#candidates.filter((other) => other !== candidate);
    this.#goOn();
    this.#usualGapUs = Math.max(nowUs - this.#lastPacketUs, this.#usualGapUs);
    this.#lastPacketUs = nowUs;
    this.#handOn(candidate, nowUs);
  }

  #select(candidate: CandidateStream, nowUs: number): void {
    const former = this.#former;
    this.#remember(candidate.kind);
    const source = new RtpSource(candidate.ssrc, this.#options.clockRateHz);
    this.#candidates = [];
    this.#current = { source, from: candidate.from };
    this.#sinceUs = candidate.kind === 'returning' && former ? former.sinceUs : nowUs;
    this.#lastPacketUs = nowUs;
    this.#endedUs = Number.NEGATIVE_INFINITY;
    this.#usualGapUs = 0;
    this.#options.onSelected(this.#current);
    this.#handOn(candidate, nowUs);
  }

  /** Remembers the stream whose place another one takes. One that said goodbye has given its place up. */
  #remember(by: CandidateKind): void {
    const [former, stream] = [this.#former, this.#current];
    if (!stream || this.#saidGoodbye()) return;
    const [sinceUs, lastPacketUs] = [this.#sinceUs, this.#lastPacketUs];
    // Streams that take turns don't make the one forgotten that was received for longer than they.
    const isShort =
      former?.isSenior === true &&
      lastPacketUs - former.lastPacketUs < returnUs &&
      lastPacketUs - sinceUs < former.lastPacketUs - former.sinceUs;
    if (by === 'new' && isShort) return;
    const isSenior = by === 'new' || former?.isSenior === false;
    this.#former = { stream, sinceUs, lastPacketUs, isSenior };
  }

  #handOn(candidate: CandidateStream, nowUs: number): void {
    const source = this.#current?.source;
    for (const { bytes, packet, arrivalUs } of candidate.inOrder()) {
      source?.accept(packet.sequenceNumber, packet.rtpTimestamp, arrivalUs);
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
