import type { Destination } from './destination.js';

export interface RemovedStatistics {
  readonly packetsSent: number;
  readonly bytesSent: number;
  readonly packetsDropped: number;
}

/** Adds up what was sent to destinations that are gone, so that sums over all of them never fall. */
export class RemovedDestinations {
  readonly #sum = { packetsSent: 0, bytesSent: 0, packetsDropped: 0 };

  add(destination: Destination): void {
    const { socket } = destination.statistics();
    this.#sum.packetsSent += socket?.packetsSent ?? 0;
    this.#sum.bytesSent += socket?.bytesSent ?? 0;
    this.#sum.packetsDropped += socket?.packetsDropped ?? 0;
  }

  statistics(): RemovedStatistics {
    return { ...this.#sum };
  }
}
