const fieldsPerPacket = 4;

/**
 * The packets of one frame: their headers, written here, and slices of the frame's own memory. Memory grows to
 * what the largest frame needs and is used again for every frame.
 */
export class PacketBatch {
  /** All packets' headers, one after the other. */
  headers: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** For each packet: header offset, header bytes, payload offset, payload bytes. */
  slices: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  packetCount = 0;
  headerBytes = 0;
  /** Bytes of RTP payload in all packets: JPEG headers and scan (RFC 3550 section 6.4.1). */
  rtpPayloadBytes = 0;

  /** Empties the batch and makes room. */
  reset(maxPackets: number, maxHeaderBytes: number): void {
    // Half as much again, so that frames which grow little by little don't make new memory each time.
    if (this.slices.length < maxPackets * fieldsPerPacket) {
      this.slices = new Uint32Array(Math.ceil(maxPackets * 1.5) * fieldsPerPacket);
    }
    if (this.headers.length < maxHeaderBytes) this.headers = new Uint8Array(Math.ceil(maxHeaderBytes * 1.5));
    this.packetCount = 0;
    this.headerBytes = 0;
    this.rtpPayloadBytes = 0;
  }

  /**
   * Adds the packet whose header of headerBytes has been written at this.headerBytes.
   *
   * @param rtpHeaderBytes - so much of it is not payload to RTP
   */
  add(headerBytes: number, payloadOffset: number, payloadBytes: number, rtpHeaderBytes = 0): void {
    const at = this.packetCount * fieldsPerPacket;
    this.slices[at] = this.headerBytes;
    this.slices[at + 1] = headerBytes;
    this.slices[at + 2] = payloadOffset;
    this.slices[at + 3] = payloadBytes;
    this.headerBytes += headerBytes;
    this.rtpPayloadBytes += headerBytes - rtpHeaderBytes + payloadBytes;
    this.packetCount += 1;
  }

  /** One packet as the wire has it. Copies: for tests and receivers without vectored sockets. */
  packet(index: number, payload: Uint8Array): Uint8Array {
    const [headerOffset = 0, headerBytes = 0, payloadOffset = 0, payloadBytes = 0] = this.slices.subarray(
      index * fieldsPerPacket,
      (index + 1) * fieldsPerPacket,
    );
    const packet = new Uint8Array(headerBytes + payloadBytes);
    packet.set(this.headers.subarray(headerOffset, headerOffset + headerBytes));
    packet.set(payload.subarray(payloadOffset, payloadOffset + payloadBytes), headerBytes);
    return packet;
  }
}
