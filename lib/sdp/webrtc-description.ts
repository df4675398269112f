import { malformed, parsed, type ParseResult } from '../util/parse-result.js';
import { parseIceCandidate, type IceCandidate } from './ice-candidate.js';
import {
  firstOf,
  firstValueOf,
  headerExtensionsOf,
  maxDescriptionLength,
  splitDescription,
  valuesOf,
  type Lines,
} from './sdp-lines.js';

/** What an offer or answer of WebRTC says, as far as it is of use here. Every value has been checked. */
export interface WebRtcDescription {
  /** The identifiers of the media that share one connection, by BUNDLE group (RFC 9143). */
  readonly bundles: readonly (readonly string[])[];
  /** At most {@link maxMediaSections}. */
  readonly media: readonly WebRtcMedia[];
}

/** One media section. */
export interface WebRtcMedia {
  /** Such as `audio`, `video`, `application`. */
  readonly kind: string;
  /** Such as `UDP/TLS/RTP/SAVPF`. */
  readonly protocol: string;
  /** The first format of the `m=` line. */
  readonly firstFormat: string;
  /** Its port is 0, and it is not one that waits for its bundle (RFC 9143 section 7.1). */
  readonly isRejected: boolean;
  /** RFC 5888 section 4. */
  readonly mid: string | undefined;
  readonly direction: MediaDirection;
  /** Those of RTP, in the order of preference. */
  readonly codecs: readonly WebRtcCodec[];
  readonly headerExtensions: readonly { readonly id: number; readonly uri: string }[];
  /** The section's own, or the session's; undefined where neither has all of it. */
  readonly transport: WebRtcTransport | undefined;
  /** At most {@link maxIceCandidates}. */
  readonly candidates: readonly IceCandidate[];
}

export type MediaDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface WebRtcCodec {
  /** 0..63, 96..127: the others look like RTCP when the marker is set (RFC 5761 section 4). */
  readonly payloadType: number;
  /** In lower case, such as `h264`. */
  readonly name: string;
  /** The rest of rtpmap: clock rate, and channels where it has them. */
  readonly rate: string;
  /** By name, in lower case (a=fmtp). */
  readonly parameters: ReadonlyMap<string, string>;
  /** RTCP feedback, such as `nack pli` (RFC 4585 section 4.2). */
  readonly feedback: readonly string[];
}

/** How to reach the other side, and how to know it. */
export interface WebRtcTransport {
  /** RFC 8839 section 5.4. */
  readonly iceUfrag: string;
  readonly icePwd: string;
  /** Hash function and hash of the certificate (RFC 8122 section 5). */
  readonly fingerprint: string;
  /** Who begins DTLS (RFC 4145 section 4). */
  readonly setup: 'actpass' | 'active' | 'passive';
}

/** Browsers offer a few sections. */
export const maxMediaSections = 16;
/** A browser has one candidate for each of its networks. */
export const maxIceCandidates = 64;
/** Identifiers have four bits, or eight (RFC 8285 sections 4.2 and 4.3). Browsers offer a dozen. */
const maxHeaderExtensions = 64;
/** Browsers have five kinds for a codec. */
const maxFeedback = 16;
/** One for each hash function. */
const maxFingerprints = 16;

/** Reads an offer or an answer (RFC 9429). Never throws. Lines that are not understood are left out. */
export function parseWebRtcDescription(text: string): ParseResult<WebRtcDescription> {
  if (text.length > maxDescriptionLength) return malformed('it is longer than 64 KiB');
  const lines = splitDescription(text);
  if (!lines) return malformed('it is no session description');
  const { session, media } = lines;
  if (media.length > maxMediaSections)
    return malformed(`it has more than ${String(maxMediaSections)} media sections`);
  // Read once, or every section would read all lines of the session again.
  const fallback = readCommon(session);
  const sections = media.map((section) => readMedia(section, fallback));
  const known = sections.filter((section) => section !== undefined);
  if (known.length < sections.length) return malformed('it has a media section that breaks RFC 8866');
  return parsed({ bundles: bundlesOf(session), media: known });
}

/** What a section's connection is set up by: its own words, or those of a section that it shares a connection with. */
export function transportOf(
  { bundles, media }: WebRtcDescription,
  section: WebRtcMedia,
): { transport: WebRtcTransport; candidates: readonly IceCandidate[] } | undefined {
  const { mid } = section;
  const bundle = mid === undefined ? undefined : bundles.find((mids) => mids.includes(mid));
  const mates = media.filter((other) => other.mid !== undefined && bundle?.includes(other.mid));
  const sharing = [section, ...mates.filter((other) => other !== section)];
  const transport = sharing.find((other) => other.transport)?.transport;
  const candidates = sharing.flatMap((other) => other.candidates).slice(0, maxIceCandidates);
  return transport && { transport, candidates };
}

/** RFC 8866 section 9: a token. */
const token = "[!#$%&'*+\\-.\\w^`{|}~]";
const midForm = new RegExp(`^(${token}{1,64})$`);
const mediaLine = new RegExp(
  `^m=(${token}{1,32}) (\\d{1,5})(?:/\\d{1,5})? (${token}[\\w/]{0,63}) (\\w[\\w -]{0,1023})$`,
);

/** What a session may say for all of its sections. */
interface CommonLines {
  readonly direction: MediaDirection | undefined;
  readonly headerExtensions: readonly { readonly id: number; readonly uri: string }[];
  readonly transport: Partial<WebRtcTransport>;
}

function readCommon(lines: Lines): CommonLines {
  return {
    direction: directionOf(lines),
    headerExtensions: headerExtensionsOf(lines).slice(0, maxHeaderExtensions),
    transport: readTransport(lines),
  };
}

function readMedia(lines: Lines, session: CommonLines): WebRtcMedia | undefined {
  const [, kind, port, protocol, formatList] = mediaLine.exec(lines[0] ?? '') ?? [];
  if (kind === undefined || protocol === undefined || formatList === undefined) return undefined;
  const formats = formatList.split(/ +/);
  const [firstFormat = '0'] = formats;
  const own = readCommon(lines);
  return {
    kind,
    protocol,
    firstFormat,
    isRejected: Number(port) === 0 && !lines.includes('a=bundle-only'),
    mid: firstValueOf(lines, 'mid', midForm)?.[1],
    direction: own.direction ?? session.direction ?? 'sendrecv', // RFC 8866 section 6.7
    codecs: protocol.includes('RTP/') ? codecsOf(lines, formats) : [],
    headerExtensions: [...session.headerExtensions, ...own.headerExtensions],
    transport: wholeTransport({ ...session.transport, ...own.transport }),
    candidates: valuesOf(lines, 'candidate')
      .slice(0, maxIceCandidates)
      .flatMap((value) => parseIceCandidate(`candidate:${value}`) ?? []),
  };
}

function directionOf(lines: Lines): MediaDirection | undefined {
  return firstOf(lines, /^a=(sendrecv|sendonly|recvonly|inactive)$/)?.[1] as MediaDirection | undefined;
}

function codecsOf(lines: Lines, formats: readonly string[]): WebRtcCodec[] {
  const rtpmaps = byPayloadType(valuesOf(lines, 'rtpmap'));
  const fmtps = byPayloadType(valuesOf(lines, 'fmtp'));
  const feedbacks = feedbackOf(lines);
  return [...new Set(formats)].flatMap((format) => {
    const payloadType = payloadTypeOf(format);
    const [, name, rate] = /^([\w.-]{1,32})\/(\d{1,9}(?:\/\d{1,2})?)$/.exec(rtpmaps.get(format) ?? '') ?? [];
    if (payloadType === undefined || name === undefined || rate === undefined) return [];
    const feedback = [...(feedbacks.get('*') ?? []), ...(feedbacks.get(format) ?? [])];
    return [
      { payloadType, name: name.toLowerCase(), rate, parameters: parametersOf(fmtps.get(format)), feedback },
    ];
  });
}

/** The kinds of feedback by payload type; `*` is for all of them (RFC 4585 section 4.2). */
function feedbackOf(lines: Lines): Map<string, string[]> {
  const result = new Map<string, string[]>();
  for (const value of valuesOf(lines, 'rtcp-fb')) {
    const [, format, kind] = /^(\*|\d{1,3}) (\w[\w -]{0,63})$/.exec(value) ?? [];
    if (format === undefined || kind === undefined) continue;
    const kinds = result.get(format) ?? [];
    if (kinds.length < maxFeedback) result.set(format, [...kinds, kind]);
  }
  return result;
}

function payloadTypeOf(format: string): number | undefined {
  const value = /^(0|[1-9]\d{0,2})$/.test(format) ? Number(format) : NaN;
  return value < 64 || (value >= 96 && value <= 127) ? value : undefined;
}

/** The text behind each payload type. When a payload type stands there twice, the first one counts. */
function byPayloadType(values: Lines): Map<string, string> {
  const result = new Map<string, string>();
  for (const value of values) {
    const [, format, rest] = /^(\d{1,3}) (.*)$/.exec(value) ?? [];
    if (format !== undefined && rest !== undefined && !result.has(format)) result.set(format, rest);
  }
  return result;
}

function parametersOf(fmtp = ''): Map<string, string> {
  const pairs = fmtp.split(';').flatMap((part): [string, string][] => {
    const [, name, value] = /^\s*([\w-]{1,64})=([^\s;]{1,256})\s*$/.exec(part) ?? [];
    return name !== undefined && value !== undefined ? [[name.toLowerCase(), value]] : [];
  });
  return new Map(pairs);
}

/** Bytes of a certificate's hash. */
const hashBytes: Readonly<Record<string, number>> = {
  'sha-1': 20,
  'sha-224': 28,
  'sha-256': 32,
  'sha-384': 48,
  'sha-512': 64,
};

function readTransport(lines: Lines): Partial<WebRtcTransport> {
  const iceUfrag = firstValueOf(lines, 'ice-ufrag', /^([\w+/=.#-]{4,256})$/)?.[1];
  const icePwd = firstValueOf(lines, 'ice-pwd', /^([\w+/=.#-]{22,256})$/)?.[1];
  const fingerprint = valuesOf(lines, 'fingerprint')
    .slice(0, maxFingerprints)
    .flatMap((value) => readFingerprint(value) ?? [])[0];
  const setup = firstValueOf(lines, 'setup', /^(actpass|active|passive)$/)?.[1];
  return {
    ...(iceUfrag !== undefined && { iceUfrag }),
    ...(icePwd !== undefined && { icePwd }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(setup !== undefined && { setup: setup as WebRtcTransport['setup'] }),
  };
}

function wholeTransport(known: Partial<WebRtcTransport>): WebRtcTransport | undefined {
  const { iceUfrag, icePwd, fingerprint, setup = 'actpass' } = known;
  if (iceUfrag === undefined || icePwd === undefined || fingerprint === undefined) return undefined;
  return { iceUfrag, icePwd, fingerprint, setup };
}

function readFingerprint(value: string): string | undefined {
  const [, name = '', hash = ''] = /^(sha-\d{1,3}) ((?:[\da-f]{2}:){19,63}[\da-f]{2})$/i.exec(value) ?? [];
  const hashName = name.toLowerCase();
  return (hash.length + 1) / 3 === hashBytes[hashName] ? `${hashName} ${hash.toUpperCase()}` : undefined;
}

function bundlesOf(session: Lines): string[][] {
  return valuesOf(session, 'group').flatMap((value) => {
    const [, mids] = /^BUNDLE((?: \S{1,64})+) *$/.exec(value) ?? [];
    return mids === undefined ? [] : [mids.trim().split(/ +/).slice(0, maxMediaSections)];
  });
}
