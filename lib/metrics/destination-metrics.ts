import type { DestinationStatistics } from '../outputs/rtp/index.js';
import { addMetrics, byLabel, one, quantiles, type MetricOf } from './labelled.js';
import type { Scrape } from './scrape.js';
import type { CameraSource } from './sources.js';

const metrics: readonly MetricOf<DestinationStatistics>[] = [
  {
    ...{ type: 'counter', name: 'destination_packets_total', labelNames: [] },
    help: 'Packets handed to the network.',
    samples: ({ socket }) => one(socket?.packetsSent ?? 0),
  },
  {
    ...{ type: 'counter', name: 'destination_bytes_total', labelNames: [] },
    help: 'Bytes of those packets, without the headers of UDP and IP.',
    samples: ({ socket }) => one(socket?.bytesSent ?? 0),
  },
  {
    ...{ type: 'counter', name: 'destination_packets_dropped_total', labelNames: [] },
    help: 'Packets that the network did not take.',
    samples: ({ socket }) => one(socket?.packetsDropped ?? 0),
  },
  {
    ...{ type: 'counter', name: 'destination_socket_errors_total', labelNames: ['reason'] },
    help: 'Errors of the socket, by reason.',
    samples: ({ socket }) =>
      byLabel('reason', {
        refused: socket?.errorsRefused ?? 0,
        unreachable: socket?.errorsUnreachable ?? 0,
        noBuffer: socket?.errorsNoBuffer ?? 0,
        tooLong: socket?.errorsTooLong ?? 0,
        other: socket?.errorsOther ?? 0,
        segmentationLost: socket?.segmentationLost ?? 0,
      }),
  },
  {
    ...{ type: 'counter', name: 'destination_frames_dropped_total', labelNames: ['reason'] },
    help: 'Frames not sent to this destination: its name is not resolved yet, or too many are on their way.',
    samples: ({ framesDroppedNotReady: notReady, framesDroppedBusy: senderBusy }) =>
      byLabel('reason', { notReady, senderBusy }),
  },
  {
    ...{ type: 'summary', name: 'destination_pacing_error_seconds', labelNames: [] },
    help: 'How much later than planned bursts left, since the start. Absent where nothing is paced by this program.',
    samples: ({ socket }) => quantiles(socket?.departureErrors),
  },
];

export function addDestinationMetrics(scrape: Scrape, cameras: readonly CameraSource[]): void {
  const things = cameras.flatMap(({ name: camera, rtp }) =>
    rtp.destinations.map((thing) => ({ labels: { camera, destination: thing.destination }, thing })),
  );
  addMetrics(scrape, metrics, ['camera', 'destination'], things);
}
