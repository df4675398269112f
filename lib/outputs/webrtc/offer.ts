import { StreamerError } from '../../errors/index.js';
import type { VideoCodec } from '../../native/video-session.js';
import {
  parseWebRtcDescription,
  transportOf,
  type WebRtcCodec,
  type WebRtcDescription,
  type WebRtcMedia,
} from '../../sdp/webrtc-description.js';
import { writeStackDescription } from '../../sdp/webrtc-writer.js';
import { headerExtensionUris, type HeaderExtensionIds } from './header-extensions.js';

/** What differs among those who get the same packets. */
export interface SentFormat {
  /** 0..63, 96..127. */
  readonly payloadType: number;
  readonly extensionIds: HeaderExtensionIds;
}

/** A description of the video, ours or the other side's. */
export interface VideoFormat extends SentFormat {
  /** The codec's parameters. */
  readonly profile: string | undefined;
  /** Whether the receiver reports when packets arrive. */
  readonly hasTransportFeedback: boolean;
  /** Whether it may ask for key frames by full intra requests (RFC 5104) too. We say so only where we offer. */
  readonly hasFullIntraRequests?: boolean;
}

/** What a viewer's offer says about the video that it gets. */
export interface VideoOffer extends VideoFormat {
  readonly description: WebRtcDescription;
  /** The section of the description that is answered. */
  readonly video: WebRtcMedia;
  /** The offer as the stack gets it, made of checked values. */
  readonly stackSdp: string;
}

/**
 * @throws StreamerError ERR_WEBRTC_OFFER when it is no offer, or has no video of this codec to receive
 */
export function readOffer(text: string, codec: VideoCodec): VideoOffer {
  const result = parseWebRtcDescription(text);
  if (!result.ok) throw refusal(result.reason);
  const description = result.value;
  const videos = description.media.filter(({ kind, isRejected }) => kind === 'video' && !isRejected);
  if (videos.length === 0) throw refusal('it has no video');
  const receiving = videos.filter(({ direction }) => direction === 'recvonly' || direction === 'sendrecv');
  const [first] = videos;
  if (receiving.length === 0)
    throw refusal(`its video is ${String(first?.direction)}, so that it would receive nothing`);
  for (const video of receiving) {
    const chosen = chooseCodec(video, codec);
    if (!chosen) continue;
    const reached = transportOf(description, video);
    if (!reached) throw refusal('it has no ICE credentials, or no fingerprint of a certificate');
    return {
      ...{ description, video },
      ...{ payloadType: chosen.payloadType, profile: profileOf(chosen) },
      stackSdp: writeStackDescription({ ...reached, codec: chosen }),
      extensionIds: chooseExtensions(video),
      hasTransportFeedback: chosen.feedback.includes('transport-cc'),
    };
  }
  throw refusal(`the camera sends ${codecName(codec)}, which it does not have`);
}

function refusal(reason: string): StreamerError {
  return new StreamerError('ERR_WEBRTC_OFFER', `this offer cannot be answered: ${reason}`);
}

/** For people. */
export function codecName(codec: VideoCodec): string {
  return codec === 'h264' ? 'H.264 (packetization-mode=1)' : 'VP8';
}

/** The feedback that the video's sender understands. */
const knownFeedback = ['nack', 'nack pli', 'ccm fir', 'goog-remb', 'transport-cc'];
/** H.264's parameters that matter to a sender (RFC 6184 section 8.1). */
const h264Parameters = ['level-asymmetry-allowed', 'packetization-mode', 'profile-level-id'];

/** The codec that is answered with. Of H.264 the profile that is sent, where it is offered. */
export function chooseCodec({ codecs }: WebRtcMedia, codec: VideoCodec): WebRtcCodec | undefined {
  const usable = codecs
    .filter(({ name, rate }) => name === codec && rate === '90000')
    .filter(({ parameters }) => codec === 'vp8' || isUsableH264(parameters));
  const isBaseline = ({ parameters }: WebRtcCodec): boolean =>
    /^42[ce]0/i.test(parameters.get('profile-level-id') ?? '');
  const chosen = usable.find(isBaseline) ?? usable[0];
  return (
    chosen && {
      ...chosen,
      parameters: new Map(codec === 'vp8' ? [] : [...chosen.parameters].filter(isH264Parameter)),
      feedback: knownFeedback.filter((kind) => chosen.feedback.includes(kind)),
    }
  );
}

function isUsableH264(parameters: ReadonlyMap<string, string>): boolean {
  return (
    parameters.get('packetization-mode') === '1' &&
    /^[\da-f]{6}$/i.test(parameters.get('profile-level-id') ?? '42e01f')
  );
}

function isH264Parameter([name, value]: [string, string]): boolean {
  return h264Parameters.includes(name) && /^[\da-f]{1,6}$/i.test(value);
}

function profileOf({ parameters }: WebRtcCodec): string | undefined {
  if (parameters.size === 0) return undefined;
  return [...parameters].map(([name, value]) => `${name}=${value}`).join(';');
}

export function chooseExtensions({ headerExtensions }: WebRtcMedia): HeaderExtensionIds {
  const idOf = (uri: string): number => {
    const id = headerExtensions.find((entry) => entry.uri === uri)?.id ?? 0;
    return id >= 1 && id <= 14 ? id : 0; // the one-byte form (RFC 8285 section 4.2)
  };
  return {
    transportSequence: idOf(headerExtensionUris.transportSequence),
    playoutDelay: idOf(headerExtensionUris.playoutDelay),
    absSendTime: idOf(headerExtensionUris.absSendTime),
  };
}
