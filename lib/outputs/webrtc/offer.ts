import { isIP } from 'node:net';
import { parse, type MediaDescription } from 'sdp-transform';
import { StreamerError } from '../../errors/index.js';
import type { VideoCodec } from '../../native/video-session.js';
import { headerExtensionUris, type HeaderExtensionIds } from './header-extensions.js';

/** What differs among those who get the same packets. */
export interface SentFormat {
  readonly payloadType: number;
  readonly extensionIds: HeaderExtensionIds;
}

/** A description of the video, of ours or of the other side. */
export interface VideoFormat extends SentFormat {
  readonly mid: string;
  /** The codec's parameters. */
  readonly profile: string | undefined;
  /** Whether the receiver reports when packets arrive. */
  readonly hasTransportFeedback: boolean;
  /** Whether it may ask for key frames by RFC 5104's way, too. We say so only where we offer. */
  readonly hasFullIntraRequests?: boolean;
}

/** What a viewer's offer says about the video that it gets. */
export interface VideoOffer extends VideoFormat {
  /** Without what is not for us: candidates that are no addresses, and directions of other media. */
  readonly sdp: string;
}

/** Browsers offer a few sections. */
const maxSections = 16;
/** A browser has one for each of its networks. */
export const maxCandidates = 64;

/**
 * @throws StreamerError ERR_WEBRTC_OFFER when it is no offer, or has no video of this codec to receive
 */
export function readOffer(text: string, codec: VideoCodec): VideoOffer {
  const { media } = parseSdp(text);
  if (media.length > maxSections) throw refusal(`it has more than ${String(maxSections)} media sections`);
  const videos = media.filter(({ type, port }) => type === 'video' && port !== 0);
  if (videos.length === 0) throw refusal('it has no video');
  const receiving = videos.filter(({ direction }) => direction === 'recvonly' || direction === 'sendrecv');
  if (receiving.length === 0) throw refusal('it offers to send video, not to receive it');
  for (const video of receiving) {
    const format = chooseFormat(video, codec);
    if (!format || video.mid === undefined) continue;
    const { payloadType, profile } = format;
    return {
      sdp: withoutTheRest(text, media.indexOf(video)),
      // Parsed as a number where it is one.
      mid: (video.mid as string | number).toString(),
      ...{ payloadType, profile },
      extensionIds: chooseExtensions(video),
      hasTransportFeedback: (video.rtcpFb ?? []).some(
        ({ payload, type }) =>
          type === 'transport-cc' && (payload === '*' || Number(payload) === payloadType),
      ),
    };
  }
  const name = codec === 'h264' ? 'H.264 (packetization-mode=1)' : 'VP8';
  throw refusal(`the camera sends ${name}, which it does not have`);
}

/** Whether a candidate is worth a try: one by name would be looked up in the network, and `.local` is not found there. */
export function isUsableCandidate(candidate: string): boolean {
  const [, , transport, , address] = candidate.replace(/^(a=)?candidate:/, '').split(' ');
  return transport?.toLowerCase() === 'udp' && address !== undefined && isIP(address) !== 0;
}

function parseSdp(text: string): ReturnType<typeof parse> {
  if (!text.startsWith('v=0')) throw refusal('it is no session description');
  try {
    return parse(text);
  } catch {
    throw refusal('it is no session description');
  }
}

function refusal(reason: string): StreamerError {
  return new StreamerError('ERR_WEBRTC_OFFER', `this offer cannot be answered: ${reason}`);
}

type Format = Pick<VideoFormat, 'payloadType' | 'profile'>;

/** The payload type that is answered with. Of H.264's the profile that is sent, where it is offered. */
export function chooseFormat({ rtp, fmtp }: MediaDescription, codec: VideoCodec): Format | undefined {
  const formats = rtp
    .filter((entry) => entry.codec.toLowerCase() === codec)
    .map(({ payload }) => ({
      payloadType: payload,
      profile: fmtp.find((entry) => entry.payload === payload)?.config,
    }));
  if (codec === 'vp8') return formats[0];
  const usable = formats.filter(({ profile }) => profile?.includes('packetization-mode=1'));
  const isBaseline = ({ profile }: Format): boolean => /profile-level-id=42[ce]0/i.test(profile ?? '');
  return usable.find(isBaseline) ?? usable[0];
}

export function chooseExtensions({ ext = [] }: MediaDescription): HeaderExtensionIds {
  const idOf = (uri: string): number => {
    const id = ext.find((entry) => entry.uri === uri)?.value ?? 0;
    return id >= 1 && id <= 14 ? id : 0; // the one-byte form (RFC 8285 section 4.2)
  };
  return {
    transportSequence: idOf(headerExtensionUris.transportSequence),
    playoutDelay: idOf(headerExtensionUris.playoutDelay),
    absSendTime: idOf(headerExtensionUris.absSendTime),
  };
}

/** What is of use of the other side's description. Line by line, because writing it anew would lose what is not understood. */
export function withoutTheRest(text: string, wanted: number): string {
  let section = -1;
  let candidates = 0;
  const lines = text.split(/\r?\n/).map((line) => {
    if (line.startsWith('m=')) section += 1;
    const isOther = section >= 0 && section !== wanted;
    if (isOther && /^a=(sendrecv|sendonly|recvonly)$/.test(line)) return 'a=inactive';
    if (!line.startsWith('a=candidate:')) return line;
    candidates += 1;
    return candidates <= maxCandidates && isUsableCandidate(line) ? line : undefined;
  });
  return lines.filter((line) => line !== undefined).join('\r\n');
}
