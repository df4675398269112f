import { addMetrics, byLabel, one, type MetricOf } from './labelled.js';
import type { Scrape } from './scrape.js';
import type { CameraSource, VideoSource } from './sources.js';

const videoMetrics: readonly MetricOf<VideoSource>[] = [
  {
    ...{ type: 'gauge', name: 'webrtc_viewers', labelNames: [] },
    help: 'Viewers by WebRTC that are connected.',
    samples: ({ webrtc }) => one(webrtc.viewers.filter(({ isConnected }) => isConnected).length),
  },
  {
    ...{ type: 'counter', name: 'webrtc_viewers_joined_total', labelNames: [] },
    help: 'Viewers whose offers were answered.',
    samples: ({ webrtc }) => one(webrtc.viewersJoined),
  },
  {
    ...{ type: 'counter', name: 'webrtc_viewers_refused_total', labelNames: [] },
    help: 'Offers that were refused: of no use, or there were as many viewers as allowed.',
    samples: ({ webrtc }) => one(webrtc.viewersRefused),
  },
  {
    ...{ type: 'gauge', name: 'webrtc_rate_bytes_per_second', labelNames: [] },
    help: "What the encoder is told: less than the configuration's bitrate when a viewer has a slow way.",
    samples: ({ webrtc }) => one(webrtc.bitrateBps / 8),
  },
  {
    ...{ type: 'counter', name: 'video_frames_total', labelNames: ['encoder'] },
    help: 'Frames encoded for viewers.',
    samples: ({ encoding: { encoded = 0, byHardware = 0 } }) =>
      byLabel('encoder', { hardware: byHardware, software: encoded - byHardware }),
  },
  {
    ...{ type: 'counter', name: 'video_keyframes_total', labelNames: [] },
    help: 'Key frames among them.',
    samples: ({ encoding }) => one(encoding.keyframes ?? 0),
  },
  {
    ...{ type: 'counter', name: 'video_bytes_total', labelNames: [] },
    help: 'Bytes of those frames. Each viewer gets as many.',
    samples: ({ encoding }) => one(encoding.bytes ?? 0),
  },
  {
    ...{ type: 'counter', name: 'video_encode_seconds_total', labelNames: [] },
    help: 'Time that encoding them took.',
    samples: ({ encoding }) => one((encoding.encodeTimeUs ?? 0) / 1e6),
  },
  {
    ...{ type: 'counter', name: 'video_frames_dropped_total', labelNames: ['reason'] },
    help: 'Frames left out while somebody watched, by reason.',
    samples: ({ encoding: { droppedEncoder = 0, droppedNoSlot = 0 } }) =>
      byLabel('reason', { encoderBusy: droppedEncoder, noSlot: droppedNoSlot }),
  },
];

/** Of cameras with WebRTC. */
export function addVideoMetrics(scrape: Scrape, cameras: readonly CameraSource[]): void {
  const things = cameras.flatMap(({ name, video }) =>
    video ? [{ labels: { camera: name }, thing: video }] : [],
  );
  addMetrics(scrape, videoMetrics, ['camera'], things);
}
