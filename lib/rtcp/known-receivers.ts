import { isSameSocketAddress, type SocketAddress } from '../util/socket-address.js';
import type { ReportBlock } from './report-block.js';

/**
 * So many receivers are kept, of all and of one address; a further one takes the place of the one known for the shortest
 * time. So reports under made-up SSRCs push each other out, and not the receivers that have reported for long.
 */
const maxReceivers = 32;
const maxReceiversOfAddress = 4;

/** What one receiver last said of the stream. */
export interface ReceptionStatistics {
  /** The receiver's own; 32 bits. */
  readonly ssrc: number;
  /** Between its last two reports, 0..1. */
  readonly fractionLost: number;
  /** Since it began to receive; negative when more packets were duplicated than lost. */
  readonly packetsLost: number;
  /** Lower 16 bits: sequence number; upper 16 bits: how often it began again. */
  readonly highestSequenceNumber: number;
  /** Mean deviation of the packets' travelling times (RFC 3550 section 6.4.1). */
  readonly jitterMs: number;
  /** Absent until one of the last sender reports has reached it. */
  readonly roundTripMs?: number;
  /** Since its last report. */
  readonly lastReportAgeMs: number;
}

interface Receiver {
  readonly block: ReportBlock;
  readonly roundTripUs: number | undefined;
  readonly firstHeardUs: number;
  readonly heardUs: number;
  readonly from: SocketAddress | undefined;
}

/** The receivers of one stream, by what they report. */
export class KnownReceivers {
  // In the order in which they were heard, the one of longest ago first.
  readonly #receivers = new Map<number, Receiver>();

  get size(): number {
    return this.#receivers.size;
  }

  /**
   * Takes a receiver's block about the stream.
   *
   * @param from - absent where all come from one
   * @returns false when the SSRC is that of a receiver at another address, which stays as it is
   */
  report(
    ssrc: number,
    block: ReportBlock,
    roundTripUs: number | undefined,
    nowUs: number,
    from: SocketAddress | undefined,
  ): boolean {
    const known = this.#receivers.get(ssrc);
    if (known && !isSameOrigin(known.from, from)) return false;
    if (!known) this.#makeRoom(from);
    this.#receivers.delete(ssrc);
    const firstHeardUs = known?.firstHeardUs ?? nowUs;
    this.#receivers.set(ssrc, { block, roundTripUs, firstHeardUs, heardUs: nowUs, from });
    return true;
  }

  /** Whether our reports have reached a receiver at an address. */
  hasReportsAt(address: string): boolean {
    for (const { from, roundTripUs } of this.#receivers.values())
      if (roundTripUs !== undefined && from?.address === address) return true;
    return false;
  }

  /** Takes a receiver's farewell; false when it is unknown, or known from another address. */
  leave(ssrc: number, from: SocketAddress | undefined): boolean {
    const known = this.#receivers.get(ssrc);
    return known !== undefined && isSameOrigin(known.from, from) && this.#receivers.delete(ssrc);
  }

  /** Forgets who has been silent for longer. */
  forgetSilent(nowUs: number, timeoutUs: number): void {
    for (const [ssrc, { heardUs }] of this.#receivers) {
      if (nowUs - heardUs <= timeoutUs) return;
      this.#receivers.delete(ssrc);
    }
  }

  statistics(nowUs: number, clockRateHz: number): ReceptionStatistics[] {
    return Array.from(this.#receivers, ([ssrc, { block, roundTripUs, heardUs }]) => ({
      ssrc,
      fractionLost: block.fractionLost,
      packetsLost: block.packetsLost,
      highestSequenceNumber: block.highestSequenceNumber,
      jitterMs: (block.jitterTicks * 1e3) / clockRateHz,
      ...(roundTripUs !== undefined && { roundTripMs: roundTripUs / 1e3 }),
      lastReportAgeMs: (nowUs - heardUs) / 1e3,
    }));
  }

  #makeRoom(from: SocketAddress | undefined): void {
    const neighbours = [...this.#receivers].filter(
      ([, other]) => from !== undefined && other.from?.address === from.address,
    );
    if (neighbours.length >= maxReceiversOfAddress) this.#dropNewest(neighbours);
    else if (this.#receivers.size >= maxReceivers) this.#dropNewest([...this.#receivers]);
  }

  #dropNewest(receivers: readonly (readonly [ssrc: number, receiver: Receiver])[]): void {
    const [ssrc] = receivers.reduce((a, b) => (b[1].firstHeardUs >= a[1].firstHeardUs ? b : a));
    this.#receivers.delete(ssrc);
  }
}

function isSameOrigin(one: SocketAddress | undefined, other: SocketAddress | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && isSameSocketAddress(one, other));
}
