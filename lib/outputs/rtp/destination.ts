import { BlockList, isIPv6 } from 'node:net';
import { StreamerError } from '../../errors/index.js';
import { DgramSocket } from '../../net/dgram-socket.js';
import type { PacketSocket, PacketSocketOptions, UdpStatistics } from '../../net/packet-socket.js';
import { resolveHost } from '../../net/resolve-host.js';
import { UdpSocket } from '../../net/udp-socket.js';
import { parseIpAddress } from '../../sdp/index.js';
import { hostPort } from '../../util/host-port.js';
import type { SocketAddress } from '../../util/socket-address.js';
import { openRtcpChannel, type RtcpChannel } from './rtcp-channel.js';
import type { RtcpOptions, RtpDestination, RtpOutputOptions } from './rtp-output-options.js';

export interface DestinationStatistics {
  /** For people. */
  readonly destination: string;
  readonly framesSent: number;
  /** Its name has not been resolved yet. */
  readonly framesDroppedNotReady: number;
  /** Too many frames were still on their way. */
  readonly framesDroppedBusy: number;
  /** Absent until the socket is open. */
  readonly socket?: UdpStatistics;
}

/** Bytes of IPv4 and UDP, and of IPv6 and UDP, that each packet has besides. */
const ipv4UdpBytes = 28;
const ipv6UdpBytes = 48;

/** What a destination tells the output. */
export interface DestinationEvents {
  /** A reported batch has left. */
  readonly onSent: (id: number) => void;
  /** A compound packet of RTCP came. */
  readonly onRtcp: (bytes: Uint8Array, from: SocketAddress) => void;
}

/** One receiver: its sockets for RTP and RTCP. */
export class Destination {
  framesSent = 0;
  framesDroppedNotReady = 0;
  framesDroppedBusy = 0;
  /** Of each packet: the headers of IP and UDP. */
  transportBytes = ipv4UdpBytes;
  readonly to: RtpDestination;
  readonly #options: RtpOutputOptions;
  readonly #events: DestinationEvents;
  // Node's BlockList compares addresses however they are spelled. Here it says who is let in.
  readonly #receivers = new BlockList();
  #socket: PacketSocket | undefined;
  #rtcp: RtcpChannel | undefined;
  #closed = false;

  constructor(to: RtpDestination, options: RtpOutputOptions, events: DestinationEvents) {
    this.to = to;
    this.#options = options;
    this.#events = events;
  }

  /** For people. */
  get name(): string {
    return hostPort(this.to.host, this.to.port);
  }

  /** Absent until open() has resolved. */
  get socket(): PacketSocket | undefined {
    return this.#socket;
  }

  /** Absent without RTCP, and until open() has resolved. */
  get rtcp(): RtcpChannel | undefined {
    return this.#rtcp;
  }

  /** Whether a receiver at this numeric address may get the stream; a multicast group may have receivers anywhere. */
  reaches(address: string): boolean {
    return this.#receivers.check(...withoutZone(address));
  }

  /**
   * Resolves the name and opens the sockets. May be called again after it has failed.
   *
   * @throws StreamerError ERR_HOST_NOT_FOUND, ERR_SOCKET, ERR_CLOSED
   */
  async open(): Promise<void> {
    const address = await resolveHost(this.to.host);
    this.#refuseIfClosed();
    this.#addReceivers(address);
    if (address.includes(':')) this.transportBytes = ipv6UdpBytes;
    const options = this.#socketOptions(address);
    const { onSent, onRtcp } = this.#events;
    const isNative = this.#options.socket !== 'dgram';
    this.#socket ??= isNative ? new UdpSocket(options, onSent) : await DgramSocket.open(options);
    if (this.#options.rtcp !== false && hasRtcpPort(this.to, this.#options.rtcp)) {
      this.#rtcp ??= await openRtcpChannel(this.#socket, this.to, options, this.#options, onRtcp);
    }
    // close() may have come while they were being opened, and then did not see them.
    if (this.#closed) await this.close();
    this.#refuseIfClosed();
  }

  statistics(): DestinationStatistics {
    const { framesSent, framesDroppedNotReady, framesDroppedBusy } = this;
    return {
      destination: this.name,
      framesSent,
      framesDroppedNotReady,
      framesDroppedBusy,
      ...(this.#socket && { socket: this.#socket.statistics() }),
    };
  }

  /**
   * Resolves when what was taken has left. Idempotent.
   *
   * @param bye - RTCP's last packet, which follows the last one of RTP
   */
  async close(bye?: Uint8Array): Promise<void> {
    const isFirst = !this.#closed;
    this.#closed = true;
    const goodbye = isFirst ? bye : undefined;
    if (goodbye && this.#rtcp?.isMuxed) this.#rtcp.send(goodbye);
    await this.#socket?.close();
    if (goodbye && !this.#rtcp?.isMuxed) this.#rtcp?.send(goodbye);
    await this.#rtcp?.close();
  }

  #socketOptions(address: string): PacketSocketOptions {
    const { localAddress, localPort, dscp, ttl, multicastInterface, multicastLoopback } = this.#options;
    return {
      address,
      port: this.to.port,
      localPortShared: (this.#options.destinations ?? []).length > 0,
      kernelDepartureTimes: (this.#options.pacing?.mode ?? 'auto') === 'auto',
      ...(localAddress !== undefined && { localAddress }),
      ...(localPort !== undefined && { localPort }),
      ...(dscp !== undefined && { dscp }),
      ...(ttl !== undefined && { hopLimit: ttl }),
      ...(multicastInterface !== undefined && { multicastInterface }),
      ...(multicastLoopback !== undefined && { multicastLoopback }),
    };
  }

  #addReceivers(address: string): void {
    if (parseIpAddress(address)?.isMulticast === true) {
      this.#receivers.addSubnet('0.0.0.0', 0, 'ipv4');
      this.#receivers.addSubnet('::', 0, 'ipv6');
    } else {
      this.#receivers.addAddress(...withoutZone(address));
    }
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw new StreamerError('ERR_CLOSED', `the output to ${this.name} has been closed`);
  }
}

/** A zone (`fe80::1%eth0`) says on which network of this machine an address is. */
function withoutZone(address: string): [address: string, family: 'ipv4' | 'ipv6'] {
  const [bare = address] = address.split('%');
  return [bare, isIPv6(bare) ? 'ipv6' : 'ipv4'];
}

/** The port after the last one does not exist: no RTCP then. */
function hasRtcpPort({ port, rtcpPort }: RtpDestination, { mux = false }: RtcpOptions = {}): boolean {
  return mux || rtcpPort !== undefined || port < 65535;
}
