import type { Frame } from '../../camera/index.js';
import { StreamerError } from '../../errors/index.js';
import { JpegParser, type JpegRefusal } from '../../jpeg/index.js';
import { coreAddon, taken } from '../../native/core-addon.js';
import { Pacer } from '../../net/pacer.js';
import {
  absCaptureTimeBytes,
  JpegPacketizer,
  rtpHeaderBytes,
  type JpegPacketizerOptions,
  type PacketBatch,
} from '../../rtp/index.js';
import { monotonicUs } from '../../util/clock.js';
import { LatencyHistogram } from '../../util/latency-histogram.js';
import type { Destination } from './destination.js';
import { FramesInFlight, type FrameInFlight, type FramePart } from './frames-in-flight.js';
import type { RateController } from './rate-controller.js';
import type { RestartIntervalChooser } from './restart-interval-chooser.js';

/** Parts of a frame that leave before it is complete; with the last one as many as the sockets' queues have room for. */
const maxEarlyParts = 7;

export interface FrameSenderOptions {
  readonly packetizer: JpegPacketizerOptions;
  /** See Pacer. */
  readonly spread: number;
  /** Told of the frames' sizes; absent where nobody wants to know. */
  readonly restartInterval?: RestartIntervalChooser;
  /** Told of the packets that were handed to the sockets. */
  readonly onSent: (packets: number, payloadBytes: number) => void;
}

/** Turns frames into packets with departure times, and hands them to destinations, as frames or part by part. */
export class FrameSender {
  framesSent = 0;
  /** Decides which frames are sent; absent: all. */
  rate: RateController | undefined;
  /** From a frame's last byte to the hand-over of its last packet to the sockets. */
  readonly packetizeLatency = new LatencyHistogram();
  /** From there until the last destination's socket has sent it. */
  readonly sendLatency = new LatencyHistogram();
  readonly #options: FrameSenderOptions;
  readonly #parser = new JpegParser();
  readonly #packetizer: JpegPacketizer;
  readonly #pacer: Pacer;
  readonly #flights = new FramesInFlight();
  // The frame of which parts have left.
  #current: FrameInFlight | undefined;
  // Those who wait until no frame is on its way to a destination.
  #waiting: readonly { readonly destination: Destination; readonly resolve: () => void }[] = [];
  #lastPacketCount = 0;
  // Whether parts of the frame that is being encoded have been left out.
  #isSkipping = false;
  // Of the last frame: bytes of its packets, with all headers, for each of its own.
  #wireBytesPerByte = 1;

  constructor(options: FrameSenderOptions) {
    this.#options = options;
    this.#packetizer = new JpegPacketizer(options.packetizer);
    this.#pacer = new Pacer(options.spread);
  }

  /**
   * Sends a frame, or what sendPart() has not sent of it.
   *
   * @param receivers - who gets it; those of its first part stay the frame's
   * @throws StreamerError ERR_JPEG_... when RFC 2435 cannot carry it
   */
  send(frame: Frame, receivers: readonly Destination[]): void {
    const wasSkipping = this.#isSkipping;
    this.#isSkipping = false;
    if (wasSkipping) {
      this.rate?.learn(frame.quality, frame.byteLength * this.#wireBytesPerByte);
      return;
    }
    if (!this.#current && !this.#admits(frame, true)) return;
    const flight =
      this.#current ?? this.#begin(frame, receivers, frame.isPassedThrough ? 'search' : 'file-end');
    this.#current = undefined;
    this.#handOver(flight, frame, true);
    this.#noteSent(frame, flight);
    this.#lastPacketCount = flight.packetCount;
    this.framesSent += 1;
  }

  /**
   * Sends what there is of a frame that is still being encoded.
   *
   * @throws StreamerError as send() does
   */
  sendPart(frame: Frame, receivers: readonly Destination[]): void {
    if (this.#isSkipping) return;
    if (!this.#current && !this.#admits(frame, false)) {
      this.#isSkipping = true;
      return;
    }
    this.#current ??= this.#begin(frame, receivers, 'open');
    if (this.#current.partCount < maxEarlyParts) this.#handOver(this.#current, frame, false);
  }

  /** Ends a frame that will not be completed: receivers notice that its last packet does not come. */
  abandon(): void {
    const flight = this.#current;
    this.#isSkipping = false;
    if (!flight) return;
    this.#current = undefined;
    const part = flight.nextPart();
    part.packets.reset(0, 0);
    this.#pacer.plan(0, true, 0, part.schedule);
    this.#submit(flight, part, part.packets.headers, true);
  }

  /** A destination has sent the last part of a frame. */
  finishOne(id: number): void {
    const flight = this.#flights.get(id);
    if (flight) this.#finishOne(flight);
  }

  /** Resolves when no frame is on its way to a destination that gets no more of them. */
  async drained(destination: Destination): Promise<void> {
    if (!this.#flights.includes(destination)) return;
    await new Promise<void>((resolve) => {
      this.#waiting = [...this.#waiting, { destination, resolve }];
    });
  }

  /** The destinations' sockets are closed. */
  end(): void {
    this.#current = undefined;
    this.#isSkipping = false;
    // They have left; who would have said so is closed.
    for (const flight of this.#flights.unfinished) {
      flight.end();
      this.#noteLeft(flight);
    }
    this.#wakeDrained();
  }

  #finishOne(flight: FrameInFlight): void {
    flight.finishOne();
    if (!flight.isFree) return;
    this.#noteLeft(flight);
    if (this.#waiting.length > 0) this.#wakeDrained();
  }

  /** A frame that was abandoned has no last packet. */
  #noteLeft({ handedOverUs }: FrameInFlight): void {
    if (handedOverUs > 0) this.sendLatency.add(monotonicUs() - handedOverUs);
  }

  #wakeDrained(): void {
    const isDrained = ({ destination }: { readonly destination: Destination }): boolean =>
      !this.#flights.includes(destination);
    for (const waiter of this.#waiting.filter(isDrained)) waiter.resolve();
    this.#waiting = this.#waiting.filter((waiter) => !isDrained(waiter));
  }

  /** Whether a frame may be sent, as far as its bitrate goes. */
  #admits({ captureTimeUs, quality, byteLength }: Frame, isComplete: boolean): boolean {
    const { rate } = this;
    if (!rate) return true;
    return rate.admits(captureTimeUs, quality, isComplete ? byteLength * this.#wireBytesPerByte : 0);
  }

  #begin(
    frame: Frame,
    receivers: readonly Destination[],
    scanEnd: 'file-end' | 'search' | 'open',
  ): FrameInFlight {
    const { memory, captureTimeUs } = frame;
    const { absCaptureTime } = this.#options.packetizer;
    const captureUnixUs = absCaptureTime ? captureTimeUs + coreAddon().wallClockOffsetUs() : 0;
    throwRefusal(
      this.#parser.parse(memory, frame.byteLength, scanEnd) ??
        this.#packetizer.beginFrame(this.#parser, memory, captureTimeUs, captureUnixUs),
    );
    const flight = this.#flights.takeFree();
    flight.begin(frame, receivers);
    return flight;
  }

  #handOver(flight: FrameInFlight, frame: Frame, isLast: boolean): void {
    const { scanOffset, scanBytes } = this.#parser;
    const readyBytes = frame.isPassedThrough ? scanBytes : frame.byteLength - scanOffset;
    const isFirst = flight.partCount === 0;
    const part = flight.nextPart();
    const { packets, schedule } = part;
    const refusal = this.#packetizer.append(readyBytes, isLast, packets);
    const { packetCount } = packets;
    const nowUs = monotonicUs();
    if (isFirst) {
      const expectedPackets = isLast ? packetCount : Math.max(this.#lastPacketCount, packetCount);
      this.#pacer.beginFrame(frame.captureTimeUs, nowUs, expectedPackets);
    }
    this.#pacer.plan(packetCount, isLast, nowUs, schedule);
    flight.packetCount += packetCount;
    if (this.rate) flight.wireBytes += this.#wireBytes(flight, packets, isFirst);
    if (isLast) {
      flight.handedOverUs = nowUs;
      this.packetizeLatency.add(nowUs - frame.encodedTimeUs);
    }
    this.#submit(flight, part, frame.memory, isLast || refusal !== undefined);
    this.#options.onSent(packetCount, packets.rtpPayloadBytes);
    if (refusal) this.#current = undefined;
    throwRefusal(refusal);
  }

  /** Tells those who decide how frames are encoded. */
  #noteSent(frame: Frame, flight: FrameInFlight): void {
    const { rate } = this;
    const { restartInterval } = this.#options;
    restartInterval?.onFrame(this.#parser, frame.byteLength - this.#parser.scanOffset);
    if (!rate) return;
    rate.onSent(frame.captureTimeUs, frame.quality, flight.wireBytes);
    this.#wireBytesPerByte = flight.wireBytes / frame.byteLength;
  }

  /** With the headers of RTP, UDP and IP. */
  #wireBytes(
    { receivers }: FrameInFlight,
    { packetCount, rtpPayloadBytes }: PacketBatch,
    isFirst: boolean,
  ): number {
    const extensionBytes = isFirst && this.#options.packetizer.absCaptureTime ? absCaptureTimeBytes : 0;
    let transportBytes = 0;
    for (const receiver of receivers) {
      transportBytes = Math.max(transportBytes, receiver.transportBytes);
    }
    return rtpPayloadBytes + extensionBytes + packetCount * (rtpHeaderBytes + transportBytes);
  }

  #submit(
    flight: FrameInFlight,
    { packets, schedule }: FramePart,
    payload: Uint8Array,
    isLast: boolean,
  ): void {
    for (const destination of flight.receivers) {
      const result = destination.socket?.send(flight.id, isLast, packets, schedule, payload) ?? taken.not;
      if (!isLast) continue;
      if (result === taken.not) destination.framesDroppedBusy += 1;
      else destination.framesSent += 1;
      // Where earlier parts were taken the lease lasts until the output is closed, because they may be on their way.
      if (result === taken.sent || (result === taken.not && flight.partCount === 1)) this.#finishOne(flight);
    }
  }
}

function throwRefusal(refusal: JpegRefusal | undefined): void {
  if (refusal) throw new StreamerError(refusal.code, refusal.message);
}
