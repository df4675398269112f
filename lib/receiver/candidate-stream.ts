import type { RtpPacket } from '../rtp/index.js';
import { maxMisorder, maxTimestampErrorUs } from '../rtp/rtp-source.js';
import { isSameSocketAddress, type SocketAddress } from '../util/socket-address.js';

interface HeldPacket {
  readonly bytes: Uint8Array;
  readonly packet: RtpPacket;
  readonly arrivalUs: number;
}

/**
 * What a candidate may be: the stream that is received, behind a loss of many packets; the stream that was received
 * before; or a stream that begins.
 */
export type CandidateKind = 'continuing' | 'returning' | 'new';

/**
 * Packets that may be the beginning of a stream: one SSRC from one address, with sequence numbers that lie together and
 * timestamps that agree with the clock, because nearly none do of packets that are guessed. The packets are copied, so
 * that none is lost if the stream is selected.
 */
export class CandidateStream {
  readonly ssrc: number;
  readonly from: SocketAddress;
  readonly kind: CandidateKind;
  /** When its first packet arrived. */
  readonly firstUs: number;
  readonly #ticksPerUs: number;
  readonly #held: HeldPacket[] = [];
  #heldBytes = 0;
  #isProven = false;

  /** @param clockRateHz - of the RTP timestamps */
  constructor(ssrc: number, from: SocketAddress, kind: CandidateKind, clockRateHz: number, nowUs: number) {
    this.ssrc = ssrc;
    this.from = from;
    this.kind = kind;
    this.firstUs = nowUs;
    this.#ticksPerUs = clockRateHz / 1e6;
  }

  /** Whether two of its packets follow each other, which makes a stream (RFC 3550 appendix A.1). */
  get isProven(): boolean {
    return this.#isProven;
  }

  get packetCount(): number {
    return this.#held.length;
  }

  /** Bytes of all packets that it holds. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Whether a packet continues this stream. */
  owns({ ssrc, sequenceNumber, rtpTimestamp }: RtpPacket, from: SocketAddress, nowUs: number): boolean {
    const newest = this.#held.at(-1);
    if (!newest || ssrc !== this.ssrc || !isSameSocketAddress(from, this.from)) return false;
    const elapsedTicks = (nowUs - newest.arrivalUs) * this.#ticksPerUs;
    const errorTicks = (rtpTimestamp - newest.packet.rtpTimestamp - elapsedTicks) | 0;
    if (Math.abs(errorTicks) > maxTimestampErrorUs * this.#ticksPerUs) return false;
    return Math.abs(stepsAfter(newest.packet.sequenceNumber, sequenceNumber)) < maxMisorder;
  }

  /** Keeps a copy of a packet. */
  add(bytes: Uint8Array, packet: RtpPacket, nowUs: number): void {
    this.#isProven ||= this.#held.some((other) => isNeighbour(other.packet, packet));
    this.#held.push({ bytes: Uint8Array.from(bytes), packet, arrivalUs: nowUs });
    this.#heldBytes += bytes.length;
  }

  dropOldest(): void {
    this.#heldBytes -= this.#held.shift()?.bytes.length ?? 0;
  }

  /** Its packets, in the order in which they were sent. */
  inOrder(): readonly HeldPacket[] {
    const first = this.#held[0]?.packet.sequenceNumber ?? 0;
    const place = ({ packet }: HeldPacket): number => stepsAfter(first, packet.sequenceNumber);
    return this.#held.toSorted((a, b) => place(a) - place(b));
  }
}

/** Sequence numbers have 16 bits and begin again at 0 (RFC 3550 section 5.1): right for less than half of them. */
function stepsAfter(earlier: number, later: number): number {
  return ((later - earlier) << 16) >> 16;
}

function isNeighbour(one: RtpPacket, other: RtpPacket): boolean {
  return Math.abs(stepsAfter(one.sequenceNumber, other.sequenceNumber)) === 1;
}
