import { PacketBatch } from '../../lib/rtp/index.js';

export const payload = Uint8Array.from({ length: 5000 }, (_, i) => i * 3 + (i >> 8));

/** Packets of three bytes of header and 100 of payload. */
export function batchOf(count: number): PacketBatch {
  const batch = new PacketBatch();
  batch.reset(count, 3 * count);
  for (let i = 0; i < count; i++) {
    batch.headers.set([0xa0, 0xb0, i], batch.headerBytes);
    batch.add(3, 100 * i, 100);
  }
  return batch;
}

export function packetsOf(batch: PacketBatch): Buffer[] {
  return Array.from({ length: batch.packetCount }, (_, i) => Buffer.from(batch.packet(i, payload)));
}
