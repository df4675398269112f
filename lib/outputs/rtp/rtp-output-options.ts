import { StreamerError } from '../../errors/index.js';
import type { QuantizationTables } from '../../rtp/index.js';
import { defaultMinQuality, type RateOptions } from './rate-controller.js';

/** One receiver, or a multicast group of them. */
export interface RtpDestination {
  /** Name or address. */
  readonly host: string;
  /** 1..65535. */
  readonly port: number;
  /** Where RTCP goes, 1..65535; default port + 1 (none for port 65535), or port with `rtcp.mux`. */
  readonly rtcpPort?: number;
}

/** How packets leave: see docs/timing.md. */
export interface PacingOptions {
  /**
   * `auto`: by the network interface's own queue where that can do it (`fq`), else by the sender's thread · `thread` ·
   * `off`: all packets of a frame at once. Default `auto`.
   */
  readonly mode?: 'auto' | 'thread' | 'off';
  /** The part of a frame's time that its packets are spread over at most, 0.01..1, default 0.5. */
  readonly spread?: number;
}

export interface RtcpOptions {
  /** Whether RTCP uses the port of RTP (RFC 5761). Reports are taken from that address and port only. Default false. */
  readonly mux?: boolean;
  /** Port that reports leave from and come back to, 0..65535; default localPort + 1 if that was given, else 0: any. */
  readonly localPort?: number;
  /** Who sends, the same for all streams of a device (RFC 7022); default made from the machine's id. */
  readonly cname?: string;
}

export interface RtpOutputOptions extends Partial<RtpDestination> {
  /** Further receivers of the same packets; without host and port all that there are, which may be none at first. */
  readonly destinations?: readonly RtpDestination[];
  /** Numeric address to send from; default any. */
  readonly localAddress?: string;
  /** 0..65535; default 0: any. */
  readonly localPort?: number;
  /** Longest RTP packet in bytes, header and all; 256..65507, default 1400. */
  readonly mtu?: number;
  /** Differentiated services code point of RTP, and of RTCP with `rtcp.mux`, 0..63, default 0. */
  readonly dscp?: number;
  /** TTL of IPv4, hop limit of IPv6, 1..255; default the system's, 1 for multicast. */
  readonly ttl?: number;
  /** Network interface for multicast, by name; default by the routing table. */
  readonly multicastInterface?: string;
  /** Whether receivers on this machine hear multicast; default true. */
  readonly multicastLoopback?: boolean;
  /** 32 bits; default random. */
  readonly ssrc?: number;
  /**
   * What receivers are like. `universal`: any · `restart`: they take frames with restart markers, of which a lost packet
   * costs a small part; the camera is opened with `restartInterval: 'auto'`. Default `universal`.
   */
  readonly profile?: 'universal' | 'restart';
  /**
   * Default `in-band`: in every frame, which all receivers understand; with the profile `restart` `numbered`, so that a
   * frame is of use without its first packet.
   */
  readonly quantizationTables?: QuantizationTables;
  /** Whether each frame carries its time of capture as a header extension; default false. */
  readonly absCaptureTime?: boolean;
  /**
   * Keeps the stream to a bitrate, by a quality of at most the camera's and by leaving frames out. Takes effect in a
   * camera or pipeline that the output is attached to. Default: no bound.
   */
  readonly rate?: RateOptions;
  readonly pacing?: PacingOptions;
  /** Default on; `false`: none. */
  readonly rtcp?: RtcpOptions | false;
  /** `native`, or `dgram`: node's own socket, for systems on which the native one does not work. Default `native`. */
  readonly socket?: 'native' | 'dgram';
}

export const defaultSpread = 0.5;

/** @throws StreamerError ERR_INVALID_ARGUMENT that names the option */
export function checkRtpOutputOptions(options: RtpOutputOptions): void {
  const { pacing = {}, rtcp = {} } = options;
  for (const destination of allDestinations(options)) checkRtpDestination(destination);
  checkRange('localPort', options.localPort ?? 0, 0, 65535);
  checkRange('mtu', options.mtu ?? 1400, 256, 65507);
  checkRange('dscp', options.dscp ?? 0, 0, 63);
  checkRange('ttl', options.ttl ?? 1, 1, 255);
  checkRange('ssrc', options.ssrc ?? 0, 0, 2 ** 32 - 1);
  if (options.rate) {
    const { maxBitrateKbps, minBitrateKbps = 1, minQuality = defaultMinQuality } = options.rate;
    checkRange('rate.maxBitrateKbps', maxBitrateKbps, 1, 10_000_000);
    checkRange('rate.minBitrateKbps', minBitrateKbps, 1, maxBitrateKbps);
    checkRange('rate.minQuality', minQuality, 1, 100);
  }
  if (rtcp) checkRange('rtcp.localPort', rtcp.localPort ?? 0, 0, 65535);
  const { spread = defaultSpread } = pacing;
  if (!(spread >= 0.01 && spread <= 1)) refuse('pacing.spread', '0.01..1', spread);
}

/**
 * The destination that is named by itself, and the further ones.
 *
 * @throws StreamerError ERR_INVALID_ARGUMENT when none is named at all
 */
export function allDestinations(options: RtpOutputOptions): RtpDestination[] {
  const { host, port, rtcpPort, destinations } = options;
  if (host !== undefined && port !== undefined) {
    return [{ host, port, ...(rtcpPort !== undefined && { rtcpPort }) }, ...(destinations ?? [])];
  }
  if (host === undefined && port === undefined && destinations) return [...destinations];
  throw new StreamerError('ERR_INVALID_ARGUMENT', 'an output needs a host and a port, or destinations');
}

/** @throws StreamerError ERR_INVALID_ARGUMENT that names the option */
export function checkRtpDestination({ port, rtcpPort }: RtpDestination): void {
  checkRange('port', port, 1, 65535);
  checkRange('rtcpPort', rtcpPort ?? 1, 1, 65535);
}

function checkRange(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  refuse(name, `${String(min)}..${String(max)}`, value);
}

function refuse(name: string, allowed: string, value: number): never {
  throw new StreamerError('ERR_INVALID_ARGUMENT', `${name} is ${allowed}, not ${String(value)}`);
}
