import { randomInt } from 'node:crypto';
import { ReceiveSocket, type ReceiveSocketOptions } from '../net/receive-socket.js';
import { ReceiverSession, type ReceptionFigures } from '../rtcp/index.js';
import { jpegClockRateHz } from '../rtp/index.js';
import { defaultCname } from '../util/cname.js';
import { monotonicUs } from '../util/clock.js';
import type { SocketAddress } from '../util/socket-address.js';
import type { SelectedStream, SourceSelector } from './source-selector.js';

export interface RtcpResponderOptions {
  readonly rtpSocket: ReceiveSocket;
  /** The port of rtpSocket: both on one. 0: any. */
  readonly rtcpPort: number;
  readonly socket: Omit<ReceiveSocketOptions, 'port'>;
  readonly selector: SourceSelector;
}

export interface RtcpResponderStatistics {
  readonly packetsReceived: number;
  readonly packetsMalformed: number;
  /** They are not from the stream's sender, as far as address and timestamp tell. */
  readonly packetsForeign: number;
  readonly reportsSent: number;
  /** Who sends; streams of one device share it. Absent until it was told. */
  readonly cname?: string;
}

/**
 * Takes in what a stream's sender reports, and reports back to where these reports come from: see ReceiverSession. No
 * packet makes it send to an address from which the stream's own RTP does not come.
 */
export class RtcpResponder {
  readonly #selector: SourceSelector;
  readonly #rtpSocket: ReceiveSocket;
  readonly #session = new ReceiverSession({
    ssrc: randomInt(2 ** 32),
    cname: defaultCname(),
    clockRateHz: jpegClockRateHz,
    random: Math.random,
  });
  #ownSocket: ReceiveSocket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reportedPackets = 0;

  private constructor({ selector, rtpSocket }: RtcpResponderOptions) {
    this.#selector = selector;
    this.#rtpSocket = rtpSocket;
  }

  /** @throws StreamerError ERR_SOCKET */
  static async open(options: RtcpResponderOptions): Promise<RtcpResponder> {
    const responder = new RtcpResponder(options);
    const { rtcpPort, rtpSocket } = options;
    if (rtcpPort === rtpSocket.port) return responder;
    const socket = await ReceiveSocket.open({ ...options.socket, port: rtcpPort }, (bytes, from) => {
      responder.#receive(bytes, from, socket);
    });
    responder.#ownSocket = socket;
    return responder;
  }

  /** Another stream is received. */
  begin({ source, from }: SelectedStream): void {
    this.#session.begin({ ssrc: source.ssrc, from, aheadUs: (...at) => source.aheadUs(...at) });
    this.#reportedPackets = 0;
  }

  /** A report that came to the port of RTP. */
  onMuxed(bytes: Uint8Array, from: SocketAddress, nowUs: number): void {
    this.#receive(bytes, from, this.#rtpSocket, nowUs);
  }

  /** When what has this timestamp was captured, on the sender's wall clock; absent before its first report. */
  captureUnixUs(rtpTimestamp: number): number | undefined {
    return this.#session.clock.unixUs(rtpTimestamp);
  }

  statistics(): RtcpResponderStatistics {
    const { cname } = this.#session;
    return { ...this.#session.statistics(), ...(cname !== undefined && { cname }) };
  }

  /** Says goodbye. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#report(true);
    await this.#ownSocket?.close();
  }

  #receive(bytes: Uint8Array, from: SocketAddress, socket: ReceiveSocket, nowUs = monotonicUs()): void {
    const received = this.#session.onReceived(bytes, from, socket === this.#rtpSocket, nowUs);
    if (received === 'goodbye') this.#selector.end(nowUs);
    if (received === 'report' && !this.#timer) this.#schedule();
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#session.peer) return;
      this.#report(false);
      this.#schedule();
    }, this.#session.intervalUs() / 1e3).unref();
  }

  #report(isLast: boolean): void {
    const { peer } = this.#session;
    const socket = peer?.isMuxed === true ? this.#rtpSocket : this.#ownSocket;
    if (peer) socket?.send(this.#session.writeReport(monotonicUs(), this.#figures(), isLast), peer);
  }

  /** Nothing when nothing has come since the last report (RFC 3550 section 6.4). */
  #figures(): ReceptionFigures | undefined {
    const source = this.#selector.current?.source;
    if (!source || source.packetsReceived === this.#reportedPackets) return undefined;
    this.#reportedPackets = source.packetsReceived;
    return {
      ssrc: source.ssrc,
      fractionLost: source.takeFractionLost(),
      packetsLost: source.packetsLost,
      highestSequenceNumber: source.extendedHighestSequenceNumber,
      jitterTicks: source.jitterTicks,
    };
  }
}
