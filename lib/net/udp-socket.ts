import {
  coreAddon,
  fromNativeError,
  udpCounterNames,
  type NativeUdpSender,
  type Taken,
} from '../native/core-addon.js';
import type { PacketBatch } from '../rtp/index.js';
import type { BurstSchedule } from './burst-schedule.js';
import { DepartureHistogram } from './departure-histogram.js';
import {
  packetSocketDefaults,
  type PacketSocket,
  type PacketSocketOptions,
  type PacketSocketState,
  type UdpCounters,
  type UdpStatistics,
} from './packet-socket.js';

/**
 * A UDP socket that sends batches of packets at their departure times, headers and payload gathered, from a thread of
 * its own. No error of the network is thrown: errors are counted, and the next packet is tried.
 */
export class UdpSocket implements PacketSocket {
  readonly #sender: NativeUdpSender;
  readonly #counters = new Float64Array(udpCounterNames.length);
  readonly #departureErrors = new DepartureHistogram();
  #closed: Promise<void> | undefined;

  /**
   * @param onSent - called with a batch's id when it has left, or was given up
   * @throws StreamerError ERR_SOCKET, ERR_HOST_NOT_FOUND
   */
  constructor(options: PacketSocketOptions, onSent: (id: number) => void) {
    try {
      this.#sender = new (coreAddon().UdpSender)({ ...packetSocketDefaults, ...options }, onSent);
    } catch (error) {
      throw fromNativeError(error, 'ERR_SOCKET');
    }
  }

  get state(): PacketSocketState {
    return this.#sender.describe();
  }

  send(
    id: number,
    isReported: boolean,
    batch: PacketBatch,
    schedule: BurstSchedule,
    payload: Uint8Array,
  ): Taken {
    const { headers, slices } = batch;
    const { bursts, burstCount } = schedule;
    return this.#sender.submit(id, isReported, headers, slices, bursts, burstCount, payload);
  }

  /** A descriptor of the socket for somebody who receives by it, and closes it; -1 once the socket has been closed. */
  duplicateDescriptor(): number {
    return this.#sender.duplicateDescriptor();
  }

  statistics(): UdpStatistics {
    this.#sender.readCounters(this.#counters);
    this.#sender.readDepartureErrors(this.#departureErrors.counts);
    const counters = Object.fromEntries(
      udpCounterNames.map((name, i) => [name, this.#counters[i] ?? 0]),
    ) as UdpCounters;
    const departureErrors = this.#departureErrors.summary();
    return { ...counters, ...(departureErrors && { departureErrors }) };
  }

  close(): Promise<void> {
    this.#closed ??= this.#sender.close(); // by one thread at a time
    return this.#closed;
  }
}
