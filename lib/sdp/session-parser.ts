import { malformed, parsed, type ParseResult } from '../util/parse-result.js';
import { parseIpAddress } from './ip-address.js';
import {
  firstOf,
  firstValueOf,
  headerExtensionsOf,
  maxDescriptionLength,
  splitDescription,
  valuesOf,
  type Lines,
} from './sdp-lines.js';

/** What a description says of its first stream of JPEG over RTP. */
export interface DescribedStream {
  /** As it stands there: where the stream is sent to, a multicast group or the receiver's own address; or a name. */
  readonly address: string;
  /** 1..65535. */
  readonly port: number;
  /** 0..127. */
  readonly payloadType: number;
  readonly clockRateHz: number;
  /** In pixels: the true size, which the JPEG header gives in units of 8 and up to 2040 only. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Frames a second. */
  readonly frameRate?: number;
  /** Where RTCP is exchanged; the stream's own port means both on one (RFC 5761). Absent: there is none. */
  readonly rtcpPort?: number;
  readonly ssrc?: number;
  /** Numeric address that a multicast stream comes from. */
  readonly sourceAddress?: string;
  /** RTP header extensions with their local identifiers. */
  readonly headerExtensions: readonly { readonly id: number; readonly uri: string }[];
}

/** The payload type that means JPEG without being told (RFC 3551, table 5). */
const staticJpegPayloadType = 26;

/** Reads a session description (RFC 8866). Never throws. */
export function parseSession(text: string): ParseResult<DescribedStream> {
  if (text.length > maxDescriptionLength) return malformed('longer than 64 KiB');
  const lines = splitDescription(text);
  if (!lines) return malformed('it does not begin with v=0');
  for (const media of lines.media) {
    const format = jpegFormat(media);
    if (format) return describedStream(lines.session, media, format);
  }
  return malformed('it has no stream of JPEG over RTP');
}

interface Format {
  readonly port: number;
  readonly payloadType: number;
  readonly clockRateHz: number;
}

/** The first of a media section's formats that is JPEG (RFC 8866 sections 5.14 and 6.6). */
function jpegFormat(media: Lines): Format | undefined {
  const [, port, formats] = /^m=video (\d{1,5})(?:\/\d+)? RTP\/AVPF? ([\d ]+)$/.exec(media[0] ?? '') ?? [];
  if (port === undefined || formats === undefined) return undefined;
  const rtpmaps = valuesOf(media, 'rtpmap').map((value) => /^(\d{1,3}) JPEG\/([1-9]\d{0,8})/i.exec(value));
  for (const payloadType of formats.trim().split(/ +/).map(Number)) {
    const rtpmap = rtpmaps.find((match) => Number(match?.[1]) === payloadType);
    if (payloadType > 127 || (!rtpmap && payloadType !== staticJpegPayloadType)) continue;
    return { port: Number(port), payloadType, clockRateHz: Number(rtpmap?.[2] ?? 90_000) };
  }
  return undefined;
}

function describedStream(session: Lines, media: Lines, format: Format): ParseResult<DescribedStream> {
  const { port } = format;
  if (port === 0 || port > 65_535) return malformed(`port ${String(port)} is none`);
  const connection = firstOf([...media, ...session], /^c=IN IP[46] ([^/\s]+)/);
  if (connection?.[1] === undefined) return malformed('it has no address (c=)');
  const [, width, height] = firstValueOf(media, 'x-dimensions', /^(\d{1,5}), ?(\d{1,5})$/) ?? [];
  const [, frameRate] = firstValueOf(media, 'framerate', /^(\d+(?:\.\d+)?)$/) ?? [];
  const [, ssrc] = firstValueOf(media, 'ssrc', /^(\d{1,10}) /) ?? [];
  const rtcpPort = rtcpPortOf(media, port);
  const sourceAddress = sourceAddressOf([...media, ...session]);
  return parsed({
    ...format,
    address: connection[1],
    ...(Number(width) > 0 &&
      Number(height) > 0 && { size: { width: Number(width), height: Number(height) } }),
    ...(frameRate !== undefined && { frameRate: Number(frameRate) }),
    ...(rtcpPort !== undefined && { rtcpPort }),
    ...(ssrc !== undefined && Number(ssrc) < 2 ** 32 && { ssrc: Number(ssrc) }),
    ...(sourceAddress !== undefined && { sourceAddress }),
    headerExtensions: headerExtensionsOf([...session, ...media]),
  });
}

/** RFC 3605, RFC 5761 section 5.1.1; without bandwidth for it there is none (RFC 3556 section 2). */
function rtcpPortOf(media: Lines, port: number): number | undefined {
  if (media.includes('b=RS:0') && media.includes('b=RR:0')) return undefined;
  if (media.includes('a=rtcp-mux')) return port;
  const [, rtcpPort] = firstValueOf(media, 'rtcp', /^(\d{1,5})\b/) ?? [];
  const chosen = Number(rtcpPort ?? port + 1);
  return chosen > 0 && chosen <= 65_535 ? chosen : undefined;
}

/** RFC 4570 section 3; of several sources the first. */
function sourceAddressOf(lines: Lines): string | undefined {
  const [, address] = firstValueOf(lines, 'source-filter', /^ ?incl IN IP[46] \S+ (\S+)/) ?? [];
  return address !== undefined && parseIpAddress(address) ? address : undefined;
}
