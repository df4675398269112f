import { pipelineStates } from '../pipeline/index.js';
import { droppedFrames } from './dropped-frames.js';
import { addMetrics, byLabel, one, prefix, type MetricOf } from './labelled.js';
import type { Scrape } from './scrape.js';
import type { CameraSource } from './sources.js';

const frameMetrics: readonly MetricOf<CameraSource>[] = [
  {
    ...{ type: 'gauge', name: 'camera_state', labelNames: ['state'] },
    help: 'Whether the camera is in this state: 1 for one of them, 0 for all others.',
    samples: ({ state }) =>
      pipelineStates.map((name) => ({ labels: { state: name }, value: Number(name === state) })),
  },
  {
    ...{ type: 'counter', name: 'camera_restarts_total', labelNames: [] },
    help: 'How often the camera was opened again.',
    samples: ({ restarts }) => one(restarts),
  },
  {
    ...{ type: 'counter', name: 'frames_total', labelNames: ['outcome'] },
    help: 'Frames that came so far: captured, encoded, sent to one destination at least.',
    samples: ({ capture, rtp }) => {
      const { captured = 0, encoded = 0 } = capture;
      return byLabel('outcome', { captured, encoded, sent: rtp.framesSent });
    },
  },
  {
    ...{ type: 'counter', name: 'frames_dropped_total', labelNames: ['reason'] },
    help: 'Frames left out, by reason.',
    samples: ({ capture, rtp }) => byLabel('reason', droppedFrames(capture, rtp)),
  },
  {
    ...{ type: 'counter', name: 'source_startup_frames_total', labelNames: [] },
    help: 'Frames left out because exposure and white balance had not settled after a start of the camera.',
    samples: ({ capture }) => one(capture.startupFrames ?? 0),
  },
  {
    ...{ type: 'counter', name: 'frames_without_timestamp_total', labelNames: [] },
    help: 'Frames whose time of capture the camera did not tell.',
    samples: ({ capture }) => one(capture.timestampsMissing ?? 0),
  },
  {
    ...{ type: 'counter', name: 'jpeg_bytes_total', labelNames: [] },
    help: 'Bytes of all JPEGs.',
    samples: ({ jpegBytes }) => one(jpegBytes),
  },
  {
    ...{ type: 'gauge', name: 'jpeg_quality', labelNames: [] },
    help: "libjpeg's quality of the last frame; 0 when the source delivers JPEG.",
    samples: ({ quality }) => one(quality),
  },
  {
    ...{ type: 'counter', name: 'encode_seconds_total', labelNames: [] },
    help: 'Time that encoding took.',
    samples: ({ capture }) => one((capture.encodeTimeUs ?? 0) / 1e6),
  },
];

const rateMetrics: readonly MetricOf<CameraSource>[] = [
  {
    ...{ type: 'gauge', name: 'rate_bound_bytes_per_second', labelNames: [] },
    help: 'Bound of the bitrate that is in force. Absent without max_bitrate_kbps.',
    samples: ({ rtp: { rate } }) => (rate ? one(rate.boundKbps * 125) : []),
  },
  {
    ...{ type: 'gauge', name: 'rate_bytes_per_second', labelNames: [] },
    help: 'Bitrate of the last second, headers included. Absent without max_bitrate_kbps.',
    samples: ({ rtp: { rate } }) => (rate ? one(rate.bitrateKbps * 125) : []),
  },
];

const previewMetrics: readonly MetricOf<CameraSource>[] = [
  {
    ...{ type: 'gauge', name: 'preview_clients', labelNames: [] },
    help: 'Clients of previews that are connected.',
    samples: ({ preview }) => one(preview.clients),
  },
  {
    ...{ type: 'counter', name: 'preview_frames_sent_total', labelNames: [] },
    help: 'Frames handed to clients of previews.',
    samples: ({ preview }) => one(preview.framesSent),
  },
  {
    ...{ type: 'counter', name: 'preview_frames_skipped_total', labelNames: [] },
    help: 'Frames that clients of previews were too slow for.',
    samples: ({ preview }) => one(preview.framesSkipped),
  },
  {
    ...{ type: 'counter', name: 'preview_clients_stuck_total', labelNames: [] },
    help: 'Clients of previews that were let go because they had stopped reading.',
    samples: ({ preview }) => one(preview.clientsStuck),
  },
];

export function addCameraMetrics(scrape: Scrape, cameras: readonly CameraSource[]): void {
  const things = cameras.map((thing) => ({ labels: { camera: thing.name }, thing }));
  addMetrics(scrape, [...frameMetrics, ...rateMetrics, ...previewMetrics], ['camera'], things);
  scrape.histogram(
    {
      name: `${prefix}frame_latency_seconds`,
      help: "How long each stage of a frame's way took.",
      labelNames: ['camera', 'stage'],
    },
    cameras.flatMap((camera) =>
      Object.entries(stagesOf(camera)).map(([stage, histogram]) => ({
        labels: { camera: camera.name, stage },
        histogram,
      })),
    ),
  );
}

function stagesOf({ captureLatency, queueLatency, encodeLatency, rtp }: CameraSource) {
  return {
    capture: captureLatency,
    queue: queueLatency,
    encode: encodeLatency,
    packetize: rtp.packetizeLatency,
    send: rtp.sendLatency,
  };
}
