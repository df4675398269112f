import type { NativeUdpOptions, Taken, udpCounterNames, UdpSenderState } from '../native/core-addon.js';
import type { PacketBatch } from '../rtp/index.js';
import type { BurstSchedule } from './burst-schedule.js';

/** Since the socket was opened. */
export type UdpCounters = Readonly<Record<(typeof udpCounterNames)[number], number>>;

/** How much later than planned bursts left, in microseconds; those that the kernel paces are not known. */
export interface DepartureErrors {
  readonly p50Us: number;
  readonly p99Us: number;
}

export interface UdpStatistics extends UdpCounters {
  /** Absent as long as nothing was paced. */
  readonly departureErrors?: DepartureErrors;
}

export type PacketSocketState = UdpSenderState;

/** Where packets go, and how they are marked. */
export type PacketSocketOptions = Pick<NativeUdpOptions, 'address' | 'port'> & Partial<NativeUdpOptions>;

export const packetSocketDefaults = {
  localAddress: '',
  localPort: 0,
  localPortShared: false,
  dscp: 0,
  hopLimit: 0,
  multicastInterface: '',
  multicastLoopback: true,
  // The kernel's default is full of packets that wait for an address while a cable is out.
  sendBufferBytes: 2 ** 20,
  segmentation: true,
  kernelDepartureTimes: false,
} as const;

/** What sends an output's packets to one destination. */
export interface PacketSocket {
  readonly state: PacketSocketState;
  /**
   * Takes a batch. One that is queued must stay unchanged, as must its payload, until onSent of it or of a later one.
   *
   * @param id - what onSent is called with
   * @param isReported - whether onSent is called, if it is queued
   * @returns `taken.not` when too many batches wait already, or the socket has been closed
   */
  send(
    id: number,
    isReported: boolean,
    batch: PacketBatch,
    schedule: BurstSchedule,
    payload: Uint8Array,
  ): Taken;
  statistics(): UdpStatistics;
  /** Resolves when what was taken has left, at once and no more at its departure time. */
  close(): Promise<void>;
}
