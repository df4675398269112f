import { RtpSource, type RtpPacket } from '../rtp/index.js';

/** Who is silent for longer makes room for another stream. */
const silentUs = 1_000_000;

/** Streams that have not proved themselves yet. A further one takes the place of the oldest. */
const maxCandidates = 16;

/** As many of its packets are kept, so that none is lost of a stream that comes out of order. */
const maxHeldPackets = 64;
const maxHeldBytes = 2 ** 17;

/** A packet of a stream that has not proved itself. */
interface HeldPacket {
  readonly bytes: Uint8Array;
  readonly packet: RtpPacket;
}

export interface SourceSelectorOptions {
  /** The only stream that is taken; absent: the first one that proves to be a stream. */
  readonly ssrc: number | undefined;
  readonly clockRateHz: number;
  /** The stream is another one from now on, or began anew with other numbers. */
  readonly onSelected: (source: RtpSource) => void;
  /** A packet of the stream, in the order of arrival. */
  readonly onPacket: (bytes: Uint8Array, packet: RtpPacket, nowUs: number) => void;
}

/**
 * Of all that comes to a port the packets of one stream. Two packets whose numbers follow each other make a stream (RFC
 * 3550 appendix A.1), here in whatever order they come. Another one takes over when the first has ended or is silent.
 * Packets that are none of it are counted.
 */
export class SourceSelector {
  packetsForeign = 0;
  packetsRefused = 0;
  readonly #options: SourceSelectorOptions;
  readonly #candidates = new Map<number, HeldPacket[]>();
  #current: RtpSource | undefined;
  #lastPacketUs = 0;

  constructor(options: SourceSelectorOptions) {
    this.#options = options;
  }

  /** The stream that is received; absent before the first. */
  get current(): RtpSource | undefined {
    return this.#current;
  }

  /** The stream has ended: the next one may begin at once. */
  end(): void {
    this.#lastPacketUs = Number.NEGATIVE_INFINITY;
  }

  /** Takes a packet; bytes may be overwritten after it. */
  receive(bytes: Uint8Array, packet: RtpPacket, nowUs: number): void {
    const { ssrc, sequenceNumber, rtpTimestamp } = packet;
    const current = this.#current;
    if (current?.ssrc === ssrc) {
      const { restarts } = current;
      if (current.accept(sequenceNumber, rtpTimestamp, nowUs) !== 'accepted') {
        this.packetsRefused += 1;
        return;
      }
      this.#lastPacketUs = nowUs;
      if (current.restarts > restarts) this.#options.onSelected(current);
      this.#options.onPacket(bytes, packet, nowUs);
    } else if (this.#mayBegin(ssrc, nowUs)) {
      this.#tryOut(bytes, packet, nowUs);
    } else {
      this.packetsForeign += 1;
    }
  }

  #mayBegin(ssrc: number, nowUs: number): boolean {
    if (this.#options.ssrc !== undefined && ssrc !== this.#options.ssrc) return false;
    return !this.#current || nowUs - this.#lastPacketUs > silentUs;
  }

  #tryOut(bytes: Uint8Array, packet: RtpPacket, nowUs: number): void {
    const { ssrc } = packet;
    const held = this.#candidates.get(ssrc) ?? [];
    held.push({ bytes: Uint8Array.from(bytes), packet });
    if (held.some((other) => isNeighbour(other.packet, packet))) {
      this.#select(ssrc, held, nowUs);
      return;
    }
    this.#candidates.delete(ssrc);
    this.#candidates.set(ssrc, held); // the youngest
    const heldBytes = held.reduce((sum, other) => sum + other.bytes.length, 0);
    if (held.length > maxHeldPackets || heldBytes > maxHeldBytes) {
      held.shift();
      this.packetsForeign += 1;
    }
    if (this.#candidates.size > maxCandidates) this.#dropOldest();
  }

  #select(ssrc: number, held: HeldPacket[], nowUs: number): void {
    const first = held[0]?.packet.sequenceNumber ?? 0;
    const place = ({ packet }: HeldPacket): number => ((packet.sequenceNumber - first) << 16) >> 16;
    held.sort((a, b) => place(a) - place(b));
    const source = new RtpSource(ssrc, this.#options.clockRateHz);
    this.#candidates.clear();
    this.#current = source;
    this.#lastPacketUs = nowUs;
    this.#options.onSelected(source);
    for (const { bytes, packet } of held) {
      source.accept(packet.sequenceNumber, packet.rtpTimestamp, nowUs);
      this.#options.onPacket(bytes, packet, nowUs);
    }
  }

  #dropOldest(): void {
    const [oldest] = this.#candidates;
    if (!oldest) return;
    this.#candidates.delete(oldest[0]);
    this.packetsForeign += oldest[1].length;
  }
}

function isNeighbour(a: RtpPacket, b: RtpPacket): boolean {
  const distance = (a.sequenceNumber - b.sequenceNumber) & 0xffff;
  return distance === 1 || distance === 0xffff;
}
