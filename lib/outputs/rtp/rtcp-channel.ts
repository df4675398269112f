import { createSocket, type Socket } from 'node:dgram';
import { StreamerError } from '../../errors/index.js';
import { BurstSchedule } from '../../net/burst-schedule.js';
import { bindDgram } from '../../net/bind-dgram.js';
import type { PacketSocket, PacketSocketOptions } from '../../net/packet-socket.js';
import { UdpSocket } from '../../net/udp-socket.js';
import { PacketBatch } from '../../rtp/index.js';
import type { SocketAddress } from '../../util/socket-address.js';
import type { RtpDestination, RtpOutputOptions } from './rtp-output-options.js';

/** Reports are seconds apart, but for the last two. */
const recentReports = 4;

const oneAtOnce = new BurstSchedule();
oneAtOnce.reset(1);
oneAtOnce.add(1, 0);

type OnReceived = (bytes: Uint8Array, from: SocketAddress) => void;

/** The way of RTCP to one destination and back. */
export interface RtcpChannel {
  /** Whether what is sent follows what the socket of RTP was given before. */
  readonly isMuxed: boolean;
  /** Sends a compound packet. What goes wrong is no matter: the next report comes. */
  send(bytes: Uint8Array): void;
  /** Idempotent. */
  close(): Promise<void>;
}

/** @throws StreamerError ERR_SOCKET */
export function openRtcpChannel(
  rtpSocket: PacketSocket,
  to: RtpDestination,
  socketOptions: PacketSocketOptions,
  options: RtpOutputOptions,
  onReceived: OnReceived,
): Promise<RtcpChannel> {
  const { mux = false, localPort = 0 } = options.rtcp === false ? {} : (options.rtcp ?? {});
  if (mux) return MuxedChannel.open(rtpSocket, onReceived);
  const rtpLocalPort = options.localPort ?? 0;
  return SeparateChannel.open(
    {
      ...socketOptions,
      port: to.rtcpPort ?? to.port + 1,
      localPort: localPort === 0 && rtpLocalPort > 0 ? rtpLocalPort + 1 : localPort,
    },
    onReceived,
  );
}

/** A port of its own (RFC 3550 section 11). Takes packets from any port, because receivers send from any port. */
class SeparateChannel implements RtcpChannel {
  readonly isMuxed = false;
  readonly #socket: Socket;
  readonly #options: PacketSocketOptions;
  #lastSent = Promise.resolve();
  #closed: Promise<void> | undefined;

  private constructor(socket: Socket, options: PacketSocketOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  static async open(options: PacketSocketOptions, onReceived: OnReceived): Promise<SeparateChannel> {
    const socket = await bindDgram(options);
    receive(socket, onReceived);
    return new SeparateChannel(socket, options);
  }

  send(bytes: Uint8Array): void {
    const { port, address } = this.#options;
    if (this.#closed) return;
    // A copy, because dgram sends it after this.
    const report = Uint8Array.from(bytes);
    this.#lastSent = new Promise((resolve) => {
      this.#socket.send(report, port, address, () => {
        resolve();
      });
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#lastSent.then(() => closeSocket(this.#socket));
    return this.#closed;
  }
}

/** The socket of RTP (RFC 5761). */
class MuxedChannel implements RtcpChannel {
  readonly isMuxed = true;
  readonly #rtpSocket: PacketSocket;
  readonly #receiver: Socket;
  // The last few reports: their memory has to stay until they have left, which nobody reports.
  readonly #recent: PacketBatch[] = [];
  #closed: Promise<void> | undefined;

  private constructor(rtpSocket: PacketSocket, receiver: Socket) {
    this.#rtpSocket = rtpSocket;
    this.#receiver = receiver;
  }

  static async open(rtpSocket: PacketSocket, onReceived: OnReceived): Promise<MuxedChannel> {
    if (!(rtpSocket instanceof UdpSocket)) {
      throw new StreamerError('ERR_SOCKET', 'RTCP on the port of RTP needs the native socket');
    }
    const fd = rtpSocket.duplicateDescriptor();
    const receiver = createSocket('udp4');
    receive(receiver, onReceived);
    await new Promise<void>((resolve, reject) => {
      receiver.once('error', reject).bind({ fd }, resolve);
    });
    return new MuxedChannel(rtpSocket, receiver);
  }

  send(bytes: Uint8Array): void {
    const batch = new PacketBatch();
    batch.reset(1, bytes.length);
    batch.headers.set(bytes);
    batch.add(bytes.length, 0, 0);
    this.#recent.push(batch);
    if (this.#recent.length > recentReports) this.#recent.shift();
    this.#rtpSocket.send(0, false, batch, oneAtOnce, batch.headers);
  }

  close(): Promise<void> {
    this.#closed ??= closeSocket(this.#receiver);
    return this.#closed;
  }
}

function receive(socket: Socket, onReceived: OnReceived): void {
  socket.on('message', onReceived);
  socket.on('error', () => undefined); // nobody listens there, or no route: the next report is tried all the same
  socket.unref();
}

function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.close(resolve);
  });
}
