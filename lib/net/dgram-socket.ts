import type { Socket } from 'node:dgram';
import { taken, udpCounterNames, type Taken } from '../native/core-addon.js';
import type { PacketBatch } from '../rtp/index.js';
import { monotonicUs } from '../util/clock.js';
import { bindDgram } from './bind-dgram.js';
import type { BurstSchedule } from './burst-schedule.js';
import { DepartureHistogram } from './departure-histogram.js';
import type { PacketSocket, PacketSocketOptions, PacketSocketState, UdpStatistics } from './packet-socket.js';

interface QueuedBurst {
  /** Copies: what they are made of may change before they leave. */
  readonly packets: readonly Uint8Array[];
  readonly departureUs: number;
}

/** As many packets as wait at most, for their time or for the kernel. */
const maxWaitingPackets = 8192;

/** Timers count milliseconds: what would leave within half of one leaves now. */
const timerSlackUs = 500;

/** What the kernel has not taken by then is given up. */
const closeTimeoutMs = 500;

/**
 * The same as UdpSocket by node's own dgram: for systems on which that one does not work. It costs more CPU by the
 * packet, makes garbage, paces to the millisecond, can't mark packets (DSCP), and does not learn that nobody listens.
 */
export class DgramSocket implements PacketSocket {
  readonly #socket: Socket;
  readonly #options: PacketSocketOptions;
  readonly #localPort: number;
  readonly #queue: QueuedBurst[] = [];
  readonly #counters: Record<(typeof udpCounterNames)[number], number>;
  readonly #departureErrors = new DepartureHistogram();
  #waitingPackets = 0;
  #timer: NodeJS.Timeout | undefined;
  #drained: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  private constructor(socket: Socket, options: PacketSocketOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#localPort = socket.address().port;
    this.#counters = Object.fromEntries(udpCounterNames.map((name) => [name, 0])) as Record<
      (typeof udpCounterNames)[number],
      number
    >;
    socket.on('error', (error) => {
      this.#countError(error);
    });
  }

  /** @throws StreamerError ERR_SOCKET */
  static async open(options: PacketSocketOptions): Promise<DgramSocket> {
    return new DgramSocket(await bindDgram(options), options);
  }

  get state(): PacketSocketState {
    return { localPort: this.#localPort, segmentation: false, kernelDepartureTimes: false };
  }

  /** Copies the packets: the batch is free again, and nothing is reported. */
  send(
    _id: number,
    _isReported: boolean,
    batch: PacketBatch,
    schedule: BurstSchedule,
    payload: Uint8Array,
  ): Taken {
    if (this.#closed || this.#waitingPackets + batch.packetCount > maxWaitingPackets) return taken.not;
    let first = 0;
    for (let burst = 0; burst < schedule.burstCount; burst++) {
      const count = schedule.packetCount(burst);
      const packets = Array.from({ length: count }, (_, i) => batch.packet(first + i, payload));
      this.#queue.push({ packets, departureUs: schedule.departureUs(burst) });
      first += count;
    }
    this.#waitingPackets += batch.packetCount;
    if (!this.#timer) this.#sendDue();
    return taken.sent;
  }

  statistics(): UdpStatistics {
    const departureErrors = this.#departureErrors.summary();
    return { ...this.#counters, ...(departureErrors && { departureErrors }) };
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer);
    for (const burst of this.#queue.splice(0)) this.#sendBurst(burst);
    if (this.#waitingPackets > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
        setTimeout(resolve, closeTimeoutMs).unref();
      });
    }
    this.#counters.packetsDropped += this.#waitingPackets;
    this.#socket.close();
  }

  #sendDue(): void {
    this.#timer = undefined;
    for (;;) {
      const burst = this.#queue[0];
      if (!burst) return;
      const waitUs = burst.departureUs - monotonicUs();
      if (waitUs > timerSlackUs) {
        this.#timer = setTimeout(
          () => {
            this.#sendDue();
          },
          Math.max(Math.floor(waitUs / 1000), 1),
        );
        return;
      }
      this.#queue.shift();
      if (burst.departureUs > 0) this.#departureErrors.add(-waitUs);
      this.#sendBurst(burst);
    }
  }

  // Not connected: that would keep a source address that this machine may lose.
  #sendBurst({ packets }: QueuedBurst): void {
    const { port, address } = this.#options;
    for (const packet of packets) {
      this.#socket.send(packet, port, address, (error) => {
        this.#finishPacket(packet, error);
      });
    }
  }

  #finishPacket(packet: Uint8Array, error: Error | null): void {
    if (error) {
      this.#countError(error);
      this.#counters.packetsDropped += 1;
    } else {
      this.#counters.packetsSent += 1;
      this.#counters.bytesSent += packet.length;
    }
    this.#waitingPackets -= 1;
    if (this.#waitingPackets === 0) this.#drained?.();
  }

  #countError(error: NodeJS.ErrnoException): void {
    this.#counters[errorCounters[error.code ?? ''] ?? 'errorsOther'] += 1;
  }
}

const errorCounters: Readonly<Record<string, (typeof udpCounterNames)[number]>> = {
  ECONNREFUSED: 'errorsRefused',
  ENETUNREACH: 'errorsUnreachable',
  EHOSTUNREACH: 'errorsUnreachable',
  ENETDOWN: 'errorsUnreachable',
  ENOBUFS: 'errorsNoBuffer',
  EAGAIN: 'errorsNoBuffer',
  EMSGSIZE: 'errorsTooLong',
};
