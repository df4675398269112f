import type { ReceptionStatistics } from '../../rtcp/index.js';

export interface ViewerStatistics {
  readonly id: string;
  readonly isConnected: boolean;
  readonly framesSent: number;
  /** Without those that were sent again. */
  readonly packetsSent: number;
  readonly payloadBytesSent: number;
  /** What it asked for again, and what of it was still there and sent. */
  readonly packetsNacked: number;
  readonly packetsRetransmitted: number;
  readonly keyframeRequests: number;
  /** RTCP that breaks its rules, or comes too often to be read. */
  readonly packetsMalformed: number;
  /** What its way is estimated to carry, bits a second. */
  readonly bitrateBps: number;
  /** What it last reported. Absent before. */
  readonly report?: ReceptionStatistics;
}

/** Counts what happens to one viewer. */
export class ViewerMeter {
  packetsNacked = 0;
  packetsRetransmitted = 0;
  keyframeRequests = 0;
  packetsMalformed = 0;
  #framesSent = 0;
  #packetsSent = 0;
  #payloadBytesSent = 0;

  onFrame(packets: number, payloadBytes: number): void {
    this.#framesSent += 1;
    this.#packetsSent += packets;
    this.#payloadBytesSent += payloadBytes;
  }

  statistics(
    id: string,
    isConnected: boolean,
    bitrateBps: number,
    report: ReceptionStatistics | undefined,
  ): ViewerStatistics {
    return {
      ...{ id, isConnected, bitrateBps },
      framesSent: this.#framesSent,
      packetsSent: this.#packetsSent,
      payloadBytesSent: this.#payloadBytesSent,
      packetsNacked: this.packetsNacked,
      packetsRetransmitted: this.packetsRetransmitted,
      keyframeRequests: this.keyframeRequests,
      packetsMalformed: this.packetsMalformed,
      ...(report && { report }),
    };
  }
}
