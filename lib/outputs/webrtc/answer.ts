// The other direction of offer.ts: what we offer to a server, and what it answers.
import { parse, type MediaDescription } from 'sdp-transform';
import type { VideoCodec } from '../../native/video-session.js';
import { malformed, parsed, type ParseResult } from '../../util/parse-result.js';
import {
  chooseExtensions,
  chooseFormat,
  isUsableCandidate,
  withoutTheRest,
  type SentFormat,
  type VideoFormat,
} from './offer.js';

/** What the video is like, as far as it is known. */
export interface VideoSize {
  readonly width: number;
  readonly height: number;
  /** Frames per second. */
  readonly fps: number;
}

/** What a server answered. */
export interface VideoAnswer extends SentFormat {
  /** Without candidates that are no addresses. */
  readonly sdp: string;
}

/** H.264 table A-1: level_idc, macroblocks a frame, macroblocks a second. From the one that browsers offer at least. */
const h264Levels = [
  [0x1f, 3600, 108_000],
  [0x20, 5120, 216_000],
  [0x28, 8192, 245_760],
  [0x2a, 8704, 522_240],
  [0x32, 22_080, 589_824],
  [0x33, 36_864, 983_040],
  [0x34, 36_864, 2_073_600],
] as const;

/** What is offered: the one codec, constrained baseline of H.264 with the level that the size needs. */
export function offeredFormat(codec: VideoCodec, size: VideoSize | undefined): VideoFormat {
  const level = levelFor(size).toString(16).padStart(2, '0');
  const profile = `level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e0${level}`;
  return {
    mid: '0',
    payloadType: 96,
    profile: codec === 'h264' ? profile : undefined,
    extensionIds: { transportSequence: 1, playoutDelay: 2, absSendTime: 3 },
    hasTransportFeedback: true,
    hasFullIntraRequests: true,
  };
}

function levelFor(size: VideoSize | undefined): number {
  const [lowest] = h264Levels;
  if (!size) return lowest[0];
  const macroblocks = Math.ceil(size.width / 16) * Math.ceil(size.height / 16);
  const level = h264Levels.find(
    ([, frame, second]) => macroblocks <= frame && macroblocks * size.fps <= second,
  );
  return (level ?? h264Levels[6])[0];
}

/** Reads what a server answered to an offer of {@link offeredFormat}. */
export function readAnswer(text: string, codec: VideoCodec): ParseResult<VideoAnswer> {
  try {
    if (text.startsWith('v=0')) return readMedia(text, parse(text).media, codec);
  } catch {
    // The parser leaves undefined what its types promise.
  }
  return malformed('the answer is no session description');
}

function readMedia(
  text: string,
  media: readonly MediaDescription[],
  codec: VideoCodec,
): ParseResult<VideoAnswer> {
  const [video] = media;
  if (!video || media.length !== 1 || video.type !== 'video')
    return malformed('the answer is not about the one video that was offered');
  if (video.port === 0) return malformed('the answer declines the video');
  // RFC 8866 section 6.7: sendrecv where it says nothing.
  const { direction = 'sendrecv' } = video;
  if (direction !== 'recvonly' && direction !== 'sendrecv')
    return malformed(`the answer does not want to receive (${direction})`);
  const format = chooseFormat(video, codec);
  if (!format || format.payloadType > 127) {
    const name = codec === 'h264' ? 'H.264 (packetization-mode=1)' : 'VP8';
    return malformed(`the answer does not take ${name}, which the camera sends`);
  }
  const sdp = withoutTheRest(text, 0);
  const candidates = sdp.split('\r\n').filter((line) => line.startsWith('a=candidate:'));
  if (!candidates.some(isUsableCandidate)) return malformed('the answer names no UDP address to send to');
  return parsed({ sdp, payloadType: format.payloadType, extensionIds: chooseExtensions(video) });
}
