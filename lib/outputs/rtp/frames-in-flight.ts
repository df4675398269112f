import type { Frame } from '../../camera/index.js';
import { BurstSchedule } from '../../net/burst-schedule.js';
import { PacketBatch } from '../../rtp/index.js';
import type { Destination } from './destination.js';

/** Packets of a frame that were handed to the sockets in one go. */
export interface FramePart {
  readonly packets: PacketBatch;
  readonly schedule: BurstSchedule;
}

/**
 * A frame, and the memory of its packets, until every destination has sent the last of them. As a batch leaves after
 * those that were handed over before it, only the frame's last part is reported.
 */
export class FrameInFlight {
  /** Who gets it. */
  receivers: readonly Destination[] = [];
  /** When its last packet was handed to the sockets, in microseconds of CLOCK_MONOTONIC; 0 before. */
  handedOverUs = 0;
  /** Destinations that have not reported yet. */
  pending = 0;
  packetCount = 0;
  partCount = 0;
  /** Of the packets to one destination, with the headers of RTP, UDP and IP. */
  wireBytes = 0;
  readonly #parts: FramePart[] = [];
  /** What sockets report it by. */
  readonly id: number;
  #frame: Frame | undefined;

  constructor(id: number) {
    this.id = id;
  }

  get isFree(): boolean {
    return this.#frame === undefined;
  }

  /** Takes a lease of the frame. */
  begin(frame: Frame, receivers: readonly Destination[]): void {
    this.#frame = frame.retain();
    this.receivers = receivers;
    this.handedOverUs = 0;
    this.pending = receivers.length;
    this.packetCount = 0;
    this.partCount = 0;
    this.wireBytes = 0;
  }

  /** Memory for the next part. */
  nextPart(): FramePart {
    const part = (this.#parts[this.partCount] ??= {
      packets: new PacketBatch(),
      schedule: new BurstSchedule(),
    });
    this.partCount += 1;
    return part;
  }

  /** A destination has sent the last part, or will not. */
  finishOne(): void {
    this.pending -= 1;
    if (this.pending === 0) this.end();
  }

  /** Ends the lease. */
  end(): void {
    const frame = this.#frame;
    this.#frame = undefined;
    frame?.release();
  }
}

/** As many as were needed so far: never more than the camera has slots. */
export class FramesInFlight {
  readonly #flights: FrameInFlight[] = [];

  // A plain loop: find() would make a closure for every frame.
  takeFree(): FrameInFlight {
    for (const flight of this.#flights) if (flight.isFree) return flight;
    const flight = new FrameInFlight(this.#flights.length);
    this.#flights.push(flight);
    return flight;
  }

  get(id: number): FrameInFlight | undefined {
    return this.#flights[id];
  }

  /** Whether a frame is on its way to this destination. */
  includes(destination: Destination): boolean {
    return this.#flights.some((flight) => !flight.isFree && flight.receivers.includes(destination));
  }

  /** Those of which a destination has not reported yet. */
  get unfinished(): FrameInFlight[] {
    return this.#flights.filter(({ isFree }) => !isFree);
  }
}
