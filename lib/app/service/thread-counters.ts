import type { CameraStream } from '../camera-stream.js';
import type { ThreadCounters } from './progress-watch.js';

/** What is looked at of a camera. */
export type WatchedStream = Pick<CameraStream, 'name' | 'pipeline' | 'output' | 'cameraVideo'>;

/** The counters of a camera's threads: its JPEG encoder, its video encoder, those that send. */
export function threadCounters({ name, pipeline, output, cameraVideo }: WatchedStream): ThreadCounters[] {
  const capture = pipeline.captureStatistics;
  const video = cameraVideo?.feed.statistics();
  const { framesSent, sendLatency } = output.statistics();
  const noSlot = capture.droppedNoSlot ?? 0;
  const jpegEncoder = {
    thread: `the JPEG encoder of ${name}`,
    // Time spent on frames that fail counts, too.
    finished: sum(capture.encoded, capture.droppedNoSlot, capture.droppedFailed, capture.encodeTimeUs),
    // Only a queue that the encoder does not empty displaces frames.
    waited: capture.droppedEncoder ?? 0,
  };
  const videoEncoder = video && {
    thread: `the video encoder of ${name}`,
    finished: sum(video.encoded, video.droppedNoSlot, video.encodeTimeUs),
    waited: video.droppedEncoder ?? 0,
  };
  const isSending = framesSent > sendLatency.count;
  const sender = isSending && {
    thread: `the sender of ${name}`,
    finished: sendLatency.count,
    // Frames that do not leave keep their slots, so that soon there is none for the next.
    waited: framesSent + noSlot,
  };
  return [jpegEncoder, ...(videoEncoder ? [videoEncoder] : []), ...(sender ? [sender] : [])];
}

function sum(...counts: readonly (number | undefined)[]): number {
  return counts.reduce<number>((total, count) => total + (count ?? 0), 0);
}
