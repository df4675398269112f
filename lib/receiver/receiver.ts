import { EventEmitter } from 'node:events';
import { ReceiveSocket } from '../net/receive-socket.js';
import { resolveHost } from '../net/resolve-host.js';
import {
  JpegDepacketizer,
  jpegClockRateHz,
  jpegPayloadType,
  parseRtpPacket,
  type JpegDepacketizerStatistics,
  type ReceivedFrame,
} from '../rtp/index.js';
import { parseIpAddress } from '../sdp/index.js';
import { monotonicUs } from '../util/clock.js';
import type { SocketAddress } from '../util/socket-address.js';
import { unixUs } from '../util/wall-clock.js';
import { LatencyMeter, type LatencyStatistics } from './latency-meter.js';
import { ReceivedFrames, type ReceivedFramesOptions } from './received-frames.js';
import { checkReceiverOptions, parseReceiverSource, type ReceiverOptions } from './receiver-options.js';
import { RtcpResponder, type RtcpResponderStatistics } from './rtcp-responder.js';
import { SourceSelector } from './source-selector.js';

export interface ReceiverStatistics extends JpegDepacketizerStatistics {
  /** The stream that is received; absent before the first. */
  readonly ssrc?: number;
  /** Datagrams that came to the port. */
  readonly packetsReceived: number;
  readonly bytesReceived: number;
  /** They are no RTP, or of another payload type. */
  readonly packetsMalformed: number;
  /** They belong to another stream, or to none, or come from another address and port than the stream. */
  readonly packetsForeign: number;
  /** They come under the stream's name, but their sequence number or timestamp lies far from the stream's. */
  readonly packetsRefused: number;
  /** Of the stream: those missing in its sequence numbers; negative when more were duplicated. */
  readonly packetsLost: number;
  /** Mean deviation of the packets' travelling times (RFC 3550 section 6.4.1). */
  readonly jitterMs: number;
  readonly latency: LatencyStatistics;
  /** Absent without RTCP. */
  readonly rtcp?: RtcpResponderStatistics;
}

interface ReceiverEvents {
  /** A frame on loan: valid during the call, longer by retain(). */
  frame: [frame: ReceivedFrame];
  /** Another stream is received from now on, or the one before again. */
  source: [ssrc: number];
  end: [];
}

/** RFC 5761 section 4: on a port for both, these second bytes are RTCP. */
function isRtcp(bytes: Uint8Array): boolean {
  const second = bytes[1] ?? 0;
  return second >= 192 && second <= 223;
}

/**
 * Receives one stream of JPEG over RTP (RFC 2435). Whatever comes from the network is counted, never thrown. A sender
 * that does not see the stream's packets cannot end it, blind it or take it over while it comes. Whoever takes over in a
 * pause of it has to give its place back. RTP and RTCP are neither signed nor encrypted, so anybody on the path between
 * sender and receiver can do all of that.
 */
export class Receiver extends EventEmitter<ReceiverEvents> {
  readonly #options: ReceiverOptions;
  readonly #selector: SourceSelector;
  readonly #depacketizer: JpegDepacketizer;
  readonly #latency = new LatencyMeter();
  readonly #payloadType: number;
  #socket: ReceiveSocket | undefined;
  #rtcp: RtcpResponder | undefined;
  #timer: NodeJS.Timeout | undefined;
  // When it comes; Infinity: there is none.
  #timerUs = Infinity;
  #closed: Promise<void> | undefined;
  #packetsReceived = 0;
  #bytesReceived = 0;
  #packetsMalformed = 0;

  /** Use {@link openReceiver}. @internal */
  constructor(options: ReceiverOptions) {
    super();
    checkReceiverOptions(options);
    this.#options = options;
    this.#payloadType = options.payloadType ?? jpegPayloadType;
    this.#depacketizer = new JpegDepacketizer({
      latencyUs: (options.latencyMs ?? 50) * 1e3,
      conceal: options.conceal ?? true,
      ...(options.size && { size: options.size }),
      ...(options.maxFrameBytes !== undefined && { maxFrameBytes: options.maxFrameBytes }),
      ...(options.absCaptureTimeId !== undefined && { absCaptureTimeId: options.absCaptureTimeId }),
      captureUnixUs: (rtpTimestamp) => this.#rtcp?.captureUnixUs(rtpTimestamp),
      onFrame: (frame) => {
        this.#handOut(frame);
      },
    });
    this.#selector = new SourceSelector({
      ssrc: options.ssrc,
      clockRateHz: jpegClockRateHz,
      onSelected: (stream) => {
        this.#depacketizer.reset();
        this.#rtcp?.begin(stream);
        this.emit('source', stream.source.ssrc);
      },
      onPacket: (bytes, packet, nowUs) => {
        this.#depacketizer.receive(bytes, packet, nowUs);
      },
    });
  }

  /** @internal */
  async open(): Promise<void> {
    const { address: host = '0.0.0.0', port, multicastInterface, sourceAddress } = this.#options;
    const address = await resolveHost(host);
    const isMulticast = parseIpAddress(address)?.isMulticast === true;
    const options = { address, isMulticast, multicastInterface, sourceAddress };
    this.#socket = await ReceiveSocket.open({ ...options, port }, (bytes, from) => {
      this.#receive(bytes, from);
    });
    if (this.#options.rtcp === false) return;
    try {
      this.#rtcp = await RtcpResponder.open({
        rtpSocket: this.#socket,
        rtcpPort: this.#options.rtcpPort ?? (port === 0 ? 0 : port + 1),
        socket: options,
        selector: this.#selector,
      });
    } catch (error) {
      // The next port may be that of another stream. Frames matter more than reports.
      if (this.#options.rtcpPort === undefined) return;
      await this.#socket.close();
      throw error;
    }
  }

  /** The port that it listens on. */
  get port(): number {
    return this.#socket?.port ?? this.#options.port;
  }

  /** Whether close() has been called. */
  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /**
   * The frames, for `for await`. A frame is valid until the loop's next turn. A slow loop sees the newest ones. Ends
   * when the receiver is closed or the signal aborted.
   */
  frames(options: ReceivedFramesOptions = {}): AsyncIterableIterator<ReceivedFrame> {
    return new ReceivedFrames(this, options);
  }

  statistics(): ReceiverStatistics {
    const source = this.#selector.current?.source;
    return {
      ...(source && { ssrc: source.ssrc }),
      packetsReceived: this.#packetsReceived,
      bytesReceived: this.#bytesReceived,
      packetsMalformed: this.#packetsMalformed,
      packetsForeign: this.#selector.packetsForeign,
      packetsRefused: this.#selector.packetsRefused,
      packetsLost: source?.packetsLost ?? 0,
      jitterMs: (source?.jitterTicks ?? 0) / (jpegClockRateHz / 1e3),
      ...this.#depacketizer.statistics(),
      latency: this.#latency.statistics(),
      ...(this.#rtcp && { rtcp: this.#rtcp.statistics() }),
    };
  }

  /** Says goodbye, and resolves when nothing more will be received. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#rtcp?.close();
    await this.#socket?.close();
    this.emit('end');
    this.removeAllListeners();
  }

  #receive(bytes: Uint8Array, from: SocketAddress): void {
    if (this.#closed) return;
    const nowUs = monotonicUs();
    this.#packetsReceived += 1;
    this.#bytesReceived += bytes.length;
    if (isRtcp(bytes)) {
      this.#rtcp?.onMuxed(bytes, from, nowUs);
      return;
    }
    const packet = parseRtpPacket(bytes);
    if (!packet.ok || packet.value.payloadType !== this.#payloadType) {
      this.#packetsMalformed += 1;
      return;
    }
    this.#selector.receive(bytes, packet.value, from, nowUs);
    this.#armTimer(nowUs);
  }

  #handOut(frame: ReceivedFrame): void {
    const { captureUnixUs, firstPacketUs, lastPacketUs } = frame;
    if (captureUnixUs !== undefined) {
      const nowUs = monotonicUs();
      const captureUs = captureUnixUs - unixUs() + nowUs;
      this.#latency.observe(captureUs, firstPacketUs, lastPacketUs, nowUs);
    }
    this.emit('frame', frame);
  }

  /** What waits for packets is given up in time, also when none come any more. */
  #armTimer(nowUs: number): void {
    const deadlineUs = this.#depacketizer.nextDeadlineUs;
    // A timer that comes too early looks again; one for each packet would cost more.
    if (deadlineUs >= this.#timerUs) return;
    clearTimeout(this.#timer);
    this.#timerUs = deadlineUs;
    this.#timer = setTimeout(
      () => {
        this.#timerUs = Infinity;
        const laterUs = monotonicUs();
        this.#depacketizer.advance(laterUs);
        this.#armTimer(laterUs);
      },
      Math.max(Math.ceil((deadlineUs - nowUs) / 1e3), 1),
    );
  }
}

/**
 * Opens a receiver, which listens at once.
 *
 * @param source - `rtp://ADDRESS:PORT`, the path of a session description, or options
 * @param overrides - what the source does not say, or says otherwise
 * @throws StreamerError ERR_INVALID_ARGUMENT, ERR_FILE_NOT_FOUND, ERR_FILE_FORMAT, ERR_HOST_NOT_FOUND, ERR_SOCKET
 */
export async function openReceiver(
  source: string | ReceiverOptions,
  overrides: Partial<ReceiverOptions> = {},
): Promise<Receiver> {
  const options = typeof source === 'string' ? parseReceiverSource(source) : source;
  const receiver = new Receiver({ ...options, ...overrides });
  await receiver.open();
  return receiver;
}
