import { randomInt } from 'node:crypto';
import type { EncodingSettings, Frame, FrameConsumer } from '../../camera/index.js';
import type { PacketSocketState } from '../../net/packet-socket.js';
import { jpegMainHeaderBytes, restartMarkerHeaderBytes, rtpHeaderBytes } from '../../rtp/index.js';
import { monotonicUs } from '../../util/clock.js';
import { defaultCname } from '../../util/cname.js';
import { Destination, type DestinationStatistics } from './destination.js';
import { FrameSender } from './frame-sender.js';
import { RateController, type RateStatistics } from './rate-controller.js';
import { RestartIntervalChooser } from './restart-interval-chooser.js';
import { RtcpReporter, type RtcpStatistics } from './rtcp-reporter.js';
import { checkRtpOutputOptions, defaultSpread, type RtpOutputOptions } from './rtp-output-options.js';

export interface RtpOutputStatistics {
  /** Frames handed to the socket of one destination at least. */
  readonly framesSent: number;
  readonly destinations: readonly DestinationStatistics[];
  /** Absent without RTCP. */
  readonly rtcp?: RtcpStatistics;
  /** Absent without `rate`. */
  readonly rate?: RateStatistics;
}

/** Headers of a packet that holds restart intervals. */
const restartHeadersBytes = rtpHeaderBytes + jpegMainHeaderBytes + restartMarkerHeaderBytes;

/** Sends a camera's frames as RTP/JPEG (RFC 2435). */
export class RtpOutput implements FrameConsumer {
  readonly ssrc: number;
  readonly #destinations: readonly Destination[];
  readonly #sender: FrameSender;
  readonly #rtcp: RtcpReporter | undefined;
  readonly #restartInterval: RestartIntervalChooser | undefined;
  readonly #rate: RateController | undefined;
  // Those whose sockets are open. Replaced, never changed.
  #open: readonly Destination[] = [];

  /** @throws StreamerError ERR_INVALID_ARGUMENT */
  constructor(options: RtpOutputOptions) {
    checkRtpOutputOptions(options);
    const { mtu = 1400, ssrc = randomInt(2 ** 32), profile = 'universal' } = options;
    const { quantizationTables = profile === 'restart' ? 'numbered' : 'in-band' } = options;
    const { absCaptureTime = false, pacing = {}, rtcp = {}, destinations = [] } = options;
    const rtpTimestampOffset = randomInt(2 ** 32);
    this.ssrc = ssrc;
    if (profile === 'restart') this.#restartInterval = new RestartIntervalChooser(mtu - restartHeadersBytes);
    if (options.rate) this.#rate = new RateController(options.rate);
    this.#sender = new FrameSender({
      packetizer: {
        mtu,
        ssrc,
        quantizationTables,
        absCaptureTime,
        initialSequenceNumber: randomInt(2 ** 16),
        rtpTimestampOffset,
      },
      spread: pacing.mode === 'off' ? 0 : (pacing.spread ?? defaultSpread),
      onSent: (packets, payloadBytes) => this.#rtcp?.onSent(packets, payloadBytes),
      ...(this.#restartInterval && { restartInterval: this.#restartInterval }),
      ...(this.#rate && { rate: this.#rate }),
    });
    const events = {
      onSent: (id: number) => {
        this.#sender.finishOne(id);
      },
      onRtcp: (bytes: Uint8Array) => this.#rtcp?.onReceived(bytes),
    };
    this.#destinations = [options, ...destinations].map((to) => new Destination(to, options, events));
    if (rtcp === false) return;
    const { cname = defaultCname() } = rtcp;
    const channels = () => this.#open.flatMap((destination) => destination.rtcp ?? []);
    const rate = this.#rate;
    this.#rtcp = new RtcpReporter({
      ...{ ssrc, cname, rtpTimestampOffset, channels },
      ...(rate && {
        onReports: (receivers, nowUs) => {
          rate.onReports(receivers, nowUs);
        },
      }),
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
        await destination.open();
        if (!this.#open.includes(destination)) this.#open = [...this.#open, destination];
      }),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
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
    if (this.#rate) settings.quality = this.#rate.limit(settings.quality);
  }

  statistics(): RtpOutputStatistics {
    return {
      framesSent: this.#sender.framesSent,
      destinations: this.#destinations.map((destination) => destination.statistics()),
      ...(this.#rtcp && { rtcp: this.#rtcp.statistics() }),
      ...(this.#rate && { rate: this.#rate.statistics(monotonicUs()) }),
    };
  }

  /** Resolves when what was taken has left. Idempotent. */
  async close(): Promise<void> {
    this.#open = [];
    const bye = this.#rtcp?.end();
    await Promise.all(this.#destinations.map((destination) => destination.close(bye)));
    this.#sender.end(); // the last frames' completion may not have been delivered
  }

  #countNotReady(): void {
    for (const destination of this.#destinations) {
      if (!this.#open.includes(destination)) destination.framesDroppedNotReady += 1;
    }
  }
}
