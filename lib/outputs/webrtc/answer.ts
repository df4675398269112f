// The other direction of offer.ts: what we offer to a server, and what it answers.
import type { VideoCodec } from '../../native/video-session.js';
import { parseWebRtcDescription, transportOf, type WebRtcDescription } from '../../sdp/webrtc-description.js';
import { writeStackDescription } from '../../sdp/webrtc-writer.js';
import { malformed, parsed, type ParseResult } from '../../util/parse-result.js';
import { chooseCodec, chooseExtensions, codecName, type SentFormat, type VideoFormat } from './offer.js';

/** What the video is like, as far as it is known. */
export interface VideoSize {
  readonly width: number;
  readonly height: number;
  /** Frames per second. */
  readonly fps: number;
}

/** What a server answered. */
export interface VideoAnswer extends SentFormat {
  /** The answer as the stack gets it, made of checked values. */
  readonly stackSdp: string;
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

/** Reads what a server answered to an offer of {@link offeredFormat}. Never throws. */
export function readAnswer(text: string, codec: VideoCodec): ParseResult<VideoAnswer> {
  const description = parseWebRtcDescription(text);
  if (!description.ok) return malformed(description.reason.replace(/^it /, 'the answer '));
  return readVideo(description.value, codec);
}

function readVideo(description: WebRtcDescription, codec: VideoCodec): ParseResult<VideoAnswer> {
  const [video] = description.media;
  if (video?.kind !== 'video' || description.media.length !== 1)
    return malformed('the answer is not about the one video that was offered');
  if (video.isRejected) return malformed('the answer declines the video');
  const { direction } = video;
  if (direction !== 'recvonly' && direction !== 'sendrecv')
    return malformed(`the answer does not want to receive (${direction})`);
  const chosen = chooseCodec(video, codec);
  if (!chosen) return malformed(`the answer does not take ${codecName(codec)}, which the camera sends`);
  const reached = transportOf(description, video);
  if (!reached) return malformed('the answer has no ICE credentials, or no fingerprint of a certificate');
  if (reached.transport.setup === 'actpass')
    return malformed('the answer does not say which side begins DTLS (a=setup)');
  if (reached.candidates.length === 0) return malformed('the answer names no UDP address to send to');
  return parsed({
    stackSdp: writeStackDescription({ ...reached, codec: chosen }),
    payloadType: chosen.payloadType,
    extensionIds: chooseExtensions(video),
  });
}
