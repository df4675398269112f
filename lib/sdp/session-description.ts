import { StreamerError } from '../errors/index.js';
import { parseIpAddress, type IpAddress } from './ip-address.js';

/** One stream of JPEG over RTP, as a description tells it to receivers. */
export interface SessionDescriptionOptions {
  /** The same as long as the session is the same; with originAddress unique in the world. */
  readonly sessionId: number;
  /** Larger whenever the description has changed. */
  readonly sessionVersion: number;
  /** Numeric address of the machine that made the session. */
  readonly originAddress: string;
  /** For people, one line. */
  readonly sessionName: string;
  /** Numeric address that the stream is sent to. */
  readonly address: string;
  /** 1..65535. */
  readonly port: number;
  /** Time to live in an IPv4 multicast group, 0..255; default 1: no router passes it on. Elsewhere without meaning. */
  readonly multicastTtl?: number;
  /** Numeric address that a multicast stream comes from, for source-specific multicast. */
  readonly sourceAddress?: string;
  /** 0..127. */
  readonly payloadType: number;
  readonly clockRateHz: number;
  /** In pixels, both or neither: the true size, which the JPEG header gives in units of 8 and up to 2040 only. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Frames a second. */
  readonly frameRate?: number;
  /** Where RTCP is exchanged: the stream's own port means both on one (RFC 5761). Absent: there is no RTCP. */
  readonly rtcpPort?: number;
  /** The stream's SSRC, and the CNAME that goes with it in RTCP. */
  readonly source?: { readonly ssrc: number; readonly cname: string };
  /** RTP header extensions with their local identifiers, 1..14. */
  readonly headerExtensions?: readonly { readonly id: number; readonly uri: string }[];
}

/**
 * Describes a stream (RFC 8866), for a file that a receiver opens in place of an address.
 *
 * @returns lines that end in CR LF
 * @throws StreamerError ERR_INVALID_ARGUMENT
 */
export function describeSession(options: SessionDescriptionOptions): string {
  return [...sessionLines(options), ...mediaLines(options)].map((line) => `${line}\r\n`).join('');
}

/** RFC 8866 section 5: in this order. */
function sessionLines(options: SessionDescriptionOptions): string[] {
  const { multicastTtl = 1, sourceAddress } = options;
  const sessionId = integer('sessionId', options.sessionId, 0, Number.MAX_SAFE_INTEGER);
  const sessionVersion = integer('sessionVersion', options.sessionVersion, 0, Number.MAX_SAFE_INTEGER);
  const origin = address('originAddress', options.originAddress);
  const destination = address('address', options.address);
  // RFC 8866 section 5.7: a multicast address has a TTL in IPv4, and must not have one in IPv6.
  const hasTtl = destination.version === 4 && destination.isMulticast;
  const ttl = hasTtl ? `/${integer('multicastTtl', multicastTtl, 0, 255)}` : '';
  return [
    'v=0',
    `o=- ${sessionId} ${sessionVersion} ${inType(origin)} ${origin.text}`,
    `s=${oneLine('sessionName', options.sessionName)}`,
    `c=${inType(destination)} ${destination.text}${ttl}`,
    't=0 0',
    ...(sourceAddress === undefined
      ? []
      : [sourceFilter(destination, address('sourceAddress', sourceAddress))]),
  ];
}

/** RFC 4570 section 3. */
function sourceFilter(destination: IpAddress, source: IpAddress): string {
  if (!destination.isMulticast || source.isMulticast || source.version !== destination.version)
    throw invalid(`sourceAddress is a unicast address for a multicast one, not ${source.text}`);
  return `a=source-filter: incl ${inType(destination)} ${destination.text} ${source.text}`;
}

function mediaLines(options: SessionDescriptionOptions): string[] {
  const { size, frameRate, source, headerExtensions = [] } = options;
  const port = integer('port', options.port, 1, 65535);
  const payloadType = integer('payloadType', options.payloadType, 0, 127);
  const clockRateHz = integer('clockRateHz', options.clockRateHz, 1, 2 ** 32 - 1);
  return [
    `m=video ${port} RTP/AVP ${payloadType}`,
    // RFC 3556 section 2: no bandwidth for RTCP means none is sent.
    ...(options.rtcpPort === undefined ? ['b=RS:0', 'b=RR:0'] : []),
    `a=rtpmap:${payloadType} JPEG/${clockRateHz}`,
    ...(size ? [dimensions(size.width, size.height)] : []),
    ...(frameRate === undefined ? [] : [`a=framerate:${decimal('frameRate', frameRate)}`]),
    'a=recvonly',
    ...rtcpLines(options.port, options.rtcpPort),
    ...(source ? [sourceLine(source.ssrc, source.cname)] : []),
    ...headerExtensions.map(({ id, uri }) => extensionLine(id, uri)),
  ];
}

/** Not in any RFC, but GStreamer and live555 read it. */
function dimensions(width: number, height: number): string {
  return `a=x-dimensions:${integer('width', width, 1, 65535)},${integer('height', height, 1, 65535)}`;
}

/** RFC 3605 section 2.1, RFC 5761 section 5.1.1. */
function rtcpLines(port: number, rtcpPort: number | undefined): string[] {
  if (rtcpPort === undefined) return [];
  const line = `a=rtcp:${integer('rtcpPort', rtcpPort, 1, 65535)}`;
  return rtcpPort === port ? [line, 'a=rtcp-mux'] : [line];
}

/** RFC 5576 sections 4.1 and 6.1. */
function sourceLine(ssrc: number, cname: string): string {
  return `a=ssrc:${integer('ssrc', ssrc, 0, 2 ** 32 - 1)} cname:${oneLine('cname', cname)}`;
}

/** RFC 8285 section 5. */
function extensionLine(id: number, uri: string): string {
  return `a=extmap:${integer('header extension id', id, 1, 14)} ${oneLine('header extension uri', uri)}`;
}

function inType({ version }: IpAddress): string {
  return `IN IP${String(version)}`;
}

function address(name: string, text: string): IpAddress {
  const parsed = parseIpAddress(text);
  if (!parsed) throw invalid(`${name} is a numeric IPv4 or IPv6 address, not ${JSON.stringify(text)}`);
  return parsed;
}

/** A text can't bring lines of its own into the description. */
function oneLine(name: string, text: string): string {
  if (text === '' || /[\0\r\n]/.test(text))
    throw invalid(`${name} is one line of text, not ${JSON.stringify(text)}`);
  return text;
}

function integer(name: string, value: number, min: number, max: number): string {
  if (!Number.isInteger(value) || value < min || value > max)
    throw invalid(`${name} is ${String(min)}..${String(max)}, not ${String(value)}`);
  return String(value);
}

/** RFC 8866 section 9: digits, with up to three behind the point here, and no exponent. */
function decimal(name: string, value: number): string {
  if (!(value >= 0.001 && value <= 1e6)) throw invalid(`${name} is 0.001..1000000, not ${String(value)}`);
  return String(Number(value.toFixed(3)));
}

function invalid(message: string): StreamerError {
  return new StreamerError('ERR_INVALID_ARGUMENT', message);
}
