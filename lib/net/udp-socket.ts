import {
  coreAddon,
  fromNativeError,
  udpCounterNames,
  type NativeUdpOptions,
  type NativeUdpSender,
} from '../native/core-addon.js';
import type { PacketBatch } from '../rtp/index.js';

/** Since the socket was opened. */
export type UdpStatistics = Readonly<Record<(typeof udpCounterNames)[number], number>>;

/**
 * A UDP socket that sends batches of packets, headers and payload gathered, from a thread of its own. No error of
 * the network is thrown: errors are counted, and the next packet is tried.
 */
export class UdpSocket {
  readonly #sender: NativeUdpSender;
  readonly #counters = new Float64Array(udpCounterNames.length);

  /**
   * @param onSent - called with a batch's id when it has left, or was given up
   * @throws StreamerError ERR_SOCKET, ERR_HOST_NOT_FOUND
   */
  constructor(options: NativeUdpOptions, onSent: (id: number) => void) {
    try {
      this.#sender = new (coreAddon().UdpSender)(options, onSent);
    } catch (error) {
      throw fromNativeError(error, 'ERR_SOCKET');
    }
  }

  get localPort(): number {
    return this.#sender.localPort();
  }

  /**
   * Hands a batch to the sender's thread. Batch and payload must stay unchanged until onSent(id).
   *
   * @returns false when too many batches wait already: this one was not taken
   */
  send(id: number, batch: PacketBatch, payload: Uint8Array): boolean {
    return this.#sender.submit(id, batch.headers, batch.slices, batch.packetCount, payload);
  }

  statistics(): UdpStatistics {
    this.#sender.readCounters(this.#counters);
    return Object.fromEntries(
      udpCounterNames.map((name, i) => [name, this.#counters[i] ?? 0]),
    ) as UdpStatistics;
  }

  /** Resolves when what was handed over has left. */
  close(): Promise<void> {
    return this.#sender.close();
  }
}
