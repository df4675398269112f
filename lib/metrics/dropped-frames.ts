import type { CaptureStatistics } from '../camera/index.js';
import type { RtpOutputStatistics } from '../outputs/rtp/index.js';

/** Frames of one camera that were left out, by reason; those for a destination count once for each. */
export function droppedFrames(
  capture: Partial<CaptureStatistics>,
  { destinations, rate }: RtpOutputStatistics,
) {
  const sum = (count: (destination: (typeof destinations)[number]) => number): number =>
    destinations.reduce((total, destination) => total + count(destination), 0);
  return {
    source: capture.sourceFramesLost ?? 0,
    sourceFailed: capture.sourceFramesFailed ?? 0,
    encoderBusy: capture.droppedEncoder ?? 0,
    noSlot: capture.droppedNoSlot ?? 0,
    encodeFailed: capture.droppedFailed ?? 0,
    notReady: sum(({ framesDroppedNotReady }) => framesDroppedNotReady),
    senderBusy: sum(({ framesDroppedBusy }) => framesDroppedBusy),
    bitrate: rate?.framesSkipped ?? 0,
  };
}
