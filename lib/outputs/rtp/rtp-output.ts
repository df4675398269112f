import { randomInt } from 'node:crypto';
import type { EncodingSettings, Frame, FrameConsumer } from '../../camera/index.js';
import { StreamerError } from '../../errors/index.js';
import type { PacketSocketState } from '../../net/packet-socket.js';
import { jpegMainHeaderBytes, restartMarkerHeaderBytes, rtpHeaderBytes } from '../../rtp/index.js';
import { monotonicUs } from '../../util/clock.js';
import { defaultCname } from '../../util/cname.js';
import type { LatencyHistogram } from '../../util/latency-histogram.js';
import { Destination, type DestinationStatistics } from './destination.js';
import { FrameSender } from './frame-sender.js';
import { RateController, type RateOptions, type RateStatistics } from './rate-controller.js';
import { RemovedDestinations, type RemovedStatistics } from './removed-destinations.js';
import { RestartIntervalChooser } from './restart-interval-chooser.js';
import { RtcpReporter, type RtcpStatistics } from './rtcp-reporter.js';
import {
  allDestinations,
  checkRtpDestination,
  checkRtpOutputOptions,
  defaultSpread,
  type RtpDestination,
  type RtpOutputOptions,
} from './rtp-output-options.js';

export interface RtpOutputStatistics {
  /** Frames handed to the socket of one destination at least. */
  readonly framesSent: number;
  readonly destinations: readonly DestinationStatistics[];
  /** What was sent to destinations that have been removed. */
  readonly removed: RemovedStatistics;
  /** Absent without RTCP. */
  readonly rtcp?: RtcpStatistics;
  /** Absent without `rate`. */
  readonly rate?: RateStatistics;
  /** Of the frames sent, from their last byte to the hand-over of their last packet to the sockets. */
  readonly packetizeLatency: LatencyHistogram;
  /** From there until the socket has told that it left. */
  readonly sendLatency: LatencyHistogram;
}

/** Headers of a packet that holds restart intervals. */
const restartHeadersBytes = rtpHeaderBytes + jpegMainHeaderBytes + restartMarkerHeaderBytes;

/** Sends a camera's frames as RTP/JPEG (RFC 2435). */
export class RtpOutput implements FrameConsumer {
  readonly ssrc: number;
  readonly #options: RtpOutputOptions;
  readonly #sender: FrameSender;
  readonly #rtcp: RtcpReporter | undefined;
  readonly #restartInterval: RestartIntervalChooser | undefined;
  #destinations: readonly Destination[];
  // Those whose sockets are open. Replaced, never changed.
  #open: readonly Destination[] = [];
  #closed = false;
  readonly #removed = new RemovedDestinations();

  /** @throws StreamerError ERR_INVALID_ARGUMENT */
  constructor(options: RtpOutputOptions) {
    checkRtpOutputOptions(options);
    const { mtu = 1400, ssrc = randomInt(2 ** 32), profile = 'universal' } = options;
    const { quantizationTables = profile === 'restart' ? 'numbered' : 'in-band' } = options;
    const { absCaptureTime = false, pacing = {}, rtcp = {} } = options;
    const rtpTimestampOffset = randomInt(2 ** 32);
    const initialSequenceNumber = randomInt(2 ** 16);
    this.#options = options;
    this.ssrc = ssrc;
    if (profile === 'restart') this.#restartInterval = new RestartIntervalChooser(mtu - restartHeadersBytes);
    this.#sender = new FrameSender({
      packetizer: {
        mtu,
        ssrc,
        quantizationTables,
        absCaptureTime,
        initialSequenceNumber,
        rtpTimestampOffset,
      },
      spread: pacing.mode === 'off' ? 0 : (pacing.spread ?? defaultSpread),
      onSent: (packets, payloadBytes) => this.#rtcp?.onSent(packets, payloadBytes),
      ...(this.#restartInterval && { restartInterval: this.#restartInterval }),
    });
    this.setRate(options.rate);
    this.#destinations = allDestinations(options).map((to) => this.#makeDestination(to, options));
    if (rtcp === false) return;
    const { cname = defaultCname() } = rtcp;
    const channels = () => this.#open.flatMap((destination) => destination.rtcp ?? []);
    this.#rtcp = new RtcpReporter({
      ...{ ssrc, cname, rtpTimestampOffset, initialSequenceNumber, channels },
      isReceiver: (address) => this.#destinations.some((destination) => destination.reaches(address)),
      onReports: (receivers, nowUs) => {
        this.#sender.rate?.onReports(receivers, nowUs);
      },
    });
  }

  /** Where it sends to, for people. */
  get destination(): string {
    return this.#destinations.map(({ name }) => name).join(', ');
  }

  /** Port that packets to the first destination leave from; 0 until start() has resolved. */
  get localPort(): number {
    return this.transport?.localPort ?? 0;
  }

  /** How packets to the first destination leave; absent until start() has resolved. */
  get transport(): PacketSocketState | undefined {
    return this.#destinations[0]?.socket?.state;
  }

  /**
   * Resolves the receivers' names and opens the sockets. Until then frames are counted and dropped; a destination
   * that fails does not hold up the others. May be called again after it has failed.
   *
   * @throws StreamerError ERR_HOST_NOT_FOUND, ERR_SOCKET, ERR_CLOSED
   */
  async start(): Promise<void> {
    const results = await Promise.allSettled(
      this.#destinations.map(async (destination) => {
        try {
          await destination.open();
        } catch (error) {
          if (this.#destinations.includes(destination)) throw error;
          return; // it was removed meanwhile
        }
        if (!this.#open.includes(destination)) this.#open = [...this.#open, destination];
      }),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  /**
   * Sends to one more receiver, from the next frame on. With a `localPort` that nobody shared at the start, packets to
   * it leave from another port.
   *
   * @throws StreamerError ERR_INVALID_ARGUMENT, ERR_HOST_NOT_FOUND, ERR_SOCKET, ERR_CLOSED; then nothing has changed
   */
  async addDestination(to: RtpDestination): Promise<void> {
    checkRtpDestination(to);
    const destination = this.#makeDestination(to, this.#optionsOfAdded());
    try {
      await destination.open();
      if (this.#closed) throw new StreamerError('ERR_CLOSED', 'the output has been closed');
    } catch (error) {
      await destination.close();
      throw error;
    }
    this.#destinations = [...this.#destinations, destination];
    this.#open = [...this.#open, destination];
  }

  /** Sends nothing more to a receiver. Resolves when what was taken for it has left; false when there is none such. */
  async removeDestination({ host, port }: RtpDestination): Promise<boolean> {
    const destination = this.#destinations.find(({ to }) => to.host === host && to.port === port);
    if (!destination) return false;
    this.#destinations = this.#destinations.filter((other) => other !== destination);
    this.#open = this.#open.filter((other) => other !== destination);
    this.#removed.add(destination);
    await this.#sender.drained(destination);
    await destination.close();
    return true;
  }

  /** Keeps the stream to another bitrate, from the next frame on; undefined: to none. */
  setRate(rate: RateOptions | undefined): void {
    this.#sender.rate = rate && new RateController(rate);
  }

  /**
   * Sends a frame. It is kept until its last byte has left.
   *
   * @throws StreamerError ERR_JPEG_... when RFC 2435 cannot carry it
   */
  take(frame: Frame): void {
    if (this.#open.length < this.#destinations.length) this.#countNotReady();
    if (this.#open.length > 0) this.#sender.send(frame, this.#open);
  }

  takePart(frame: Frame): void {
    if (this.#open.length > 0) this.#sender.sendPart(frame, this.#open);
  }

  abandon(): void {
    this.#sender.abandon();
  }

  adjust(settings: EncodingSettings): void {
    const interval = this.#restartInterval?.interval ?? 0;
    if (interval > 0) settings.restartInterval = interval;
    const { rate } = this.#sender;
    if (rate) settings.quality = rate.limit(settings.quality);
  }

  wantsFrames(): boolean {
    return this.#destinations.length > 0;
  }

  statistics(): RtpOutputStatistics {
    const { framesSent, rate, packetizeLatency, sendLatency } = this.#sender;
    return {
      framesSent,
      destinations: this.#destinations.map((destination) => destination.statistics()),
      removed: this.#removed.statistics(),
      ...(this.#rtcp && { rtcp: this.#rtcp.statistics() }),
      ...(rate && { rate: rate.statistics(monotonicUs()) }),
      packetizeLatency,
      sendLatency,
    };
  }

  /** Resolves when what was taken has left. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#open = [];
    const bye = this.#rtcp?.end();
    await Promise.all(this.#destinations.map((destination) => destination.close(bye)));
    this.#sender.end(); // the last frames' completion may not have been delivered
  }

  /** Ports that nobody shared at the start can't be bound again. */
  #optionsOfAdded(): RtpOutputOptions {
    const options = this.#options;
    if ((options.destinations ?? []).length > 0) return options;
    return { ...options, localPort: 0, ...(options.rtcp && { rtcp: { ...options.rtcp, localPort: 0 } }) };
  }

  #makeDestination(to: RtpDestination, options: RtpOutputOptions): Destination {
    return new Destination(to, options, {
      onSent: (id) => {
        this.#sender.finishOne(id);
      },
      onRtcp: (bytes, from) => this.#rtcp?.onReceived(bytes, from),
    });
  }

  #countNotReady(): void {
    for (const destination of this.#destinations) {
      if (!this.#open.includes(destination)) destination.framesDroppedNotReady += 1;
    }
  }
}
