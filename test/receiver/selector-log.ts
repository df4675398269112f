import assert from 'node:assert/strict';
import { SourceSelector } from '../../lib/receiver/source-selector.js';
import { parseRtpPacket, writeRtpHeader } from '../../lib/rtp/index.js';

export const second = 1_000_000;
export const millisecond = 1000;
export const home = { address: '192.0.2.1', port: 5000 };
export const otherPort = { address: '192.0.2.1', port: 6000 };
export const otherHost = { address: '192.0.2.2', port: 5000 };

/** Records what gets through: "selected 7", then "7:100" for packet 100 of stream 7. */
export class SelectorLog {
  readonly entries: string[] = [];
  readonly selector: SourceSelector;
  nowUs = 0;
  /** Where packets come from. */
  from = home;
  /** Their RTP timestamp less that of a packet which is captured when it comes. */
  timestampOffset = 0;

  constructor(ssrc?: number) {
    this.selector = new SourceSelector({
      ssrc,
      clockRateHz: 90_000,
      onSelected: ({ source }) => this.entries.push(`selected ${String(source.ssrc)}`),
      onPacket: (bytes, { ssrc: from, sequenceNumber }) => {
        assert.equal(bytes[12], sequenceNumber & 0xff, 'the packet is its own');
        this.entries.push(`${String(from)}:${String(sequenceNumber)}`);
      },
    });
  }

  /** Packets of a stream, all in the same memory as a socket's may be. */
  receive(ssrc: number, ...sequenceNumbers: readonly number[]): void {
    const bytes = new Uint8Array(20);
    for (const sequenceNumber of sequenceNumbers) {
      const rtpTimestamp = (Math.round(this.nowUs * 0.09) + this.timestampOffset) % 2 ** 32;
      writeRtpHeader(bytes, 0, false, 26, sequenceNumber, rtpTimestamp, ssrc);
      bytes[12] = sequenceNumber;
      const packet = parseRtpPacket(bytes);
      assert.ok(packet.ok);
      this.selector.receive(bytes, packet.value, this.from, this.nowUs);
    }
  }

  /** Two packets of stream 7 every 20 ms. */
  stream(first: number, forUs: number): void {
    const endUs = this.nowUs + forUs;
    for (let number = first; this.nowUs < endUs; number += 2, this.nowUs += 20 * millisecond)
      this.receive(7, number & 0xffff, (number + 1) & 0xffff);
  }

  take(): string[] {
    return this.entries.splice(0);
  }
}
