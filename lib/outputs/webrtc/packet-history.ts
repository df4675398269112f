import { randomInt } from 'node:crypto';
import { rtpHeaderBytes, writeRtpHeader, type PayloadWriter } from '../../rtp/index.js';
import { headerExtensionBytes } from './header-extensions.js';

/** A packet that is, or was, sent to all viewers of a camera. */
export interface VideoPacket {
  /** Its place among all packets of the stream, from 0 on. */
  index: number;
  /** 16 bits. */
  sequenceNumber: number;
  /** The whole of it. What differs among viewers is written over before each sending. */
  bytes: Buffer;
  payloadBytes: number;
}

/** A second or two of a good picture. A power of two, because sequence numbers begin anew. */
const keptPackets = 2048;
/**
 * How many packets back one may be sent again. libsrtp refuses what lies outside its replay window of 1024 packets
 * (RFC 3711 section 3.3.2).
 */
const resendablePackets = 1000;
/** Where a packet's header extension begins. */
export const headerExtensionOffset = rtpHeaderBytes;
const headersBytes = headerExtensionOffset + headerExtensionBytes;

/** The last RTP packets of a camera's video. All viewers get the same, in sessions of their own. */
export class PacketHistory implements PayloadWriter {
  readonly maxPayloadBytes: number;
  readonly ssrc: number;
  readonly #slotBytes: number;
  #memory: Buffer | undefined;
  readonly #packets: VideoPacket[] = [];
  // RFC 3550 section 5.1: random at the begin.
  #sequenceNumber = randomInt(0x1_0000);
  #packetCount = 0;
  #rtpTimestamp = 0;
  #frame: VideoPacket[] = [];

  /** @param maxPacketBytes - of RTP, before it is encrypted */
  constructor(maxPacketBytes: number, ssrc: number) {
    this.#slotBytes = maxPacketBytes;
    this.maxPayloadBytes = maxPacketBytes - headersBytes;
    this.ssrc = ssrc;
  }

  /** Begins a frame. What is added from here on is its. */
  beginFrame(rtpTimestamp: number): void {
    this.#rtpTimestamp = rtpTimestamp;
    this.#frame = [];
  }

  /** The packets of the frame that was begun. */
  get frame(): readonly VideoPacket[] {
    return this.#frame;
  }

  add(header: readonly number[], data: Uint8Array, begin: number, end: number, isLast: boolean): void {
    const memory = (this.#memory ??= Buffer.alloc(keptPackets * this.#slotBytes));
    const sequenceNumber = this.#sequenceNumber;
    const slot = sequenceNumber % keptPackets;
    const payloadBytes = header.length + end - begin;
    const at = slot * this.#slotBytes;
    const bytes = memory.subarray(at, at + headersBytes + payloadBytes);
    writeRtpHeader(bytes, 0, isLast, 0, sequenceNumber, this.#rtpTimestamp, this.ssrc);
    bytes[0] = 0x90; // with an extension
    header.forEach((value, i) => (bytes[headersBytes + i] = value));
    bytes.set(data.subarray(begin, end), headersBytes + header.length);
    const packet = { index: this.#packetCount++, sequenceNumber, bytes, payloadBytes };
    this.#packets[slot] = packet;
    this.#frame.push(packet);
    this.#sequenceNumber = (sequenceNumber + 1) & 0xffff;
  }

  /** A packet that was sent before, for NACK; undefined when that was too long ago, or never. */
  find(sequenceNumber: number): VideoPacket | undefined {
    const packet = this.#packets[sequenceNumber % keptPackets];
    const isThere =
      packet?.sequenceNumber === sequenceNumber && this.#packetCount - packet.index <= resendablePackets;
    return isThere ? packet : undefined;
  }
}
