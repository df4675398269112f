import type { ReceptionStatistics } from '../rtcp/index.js';
import { addMetrics, one, type MetricOf } from './labelled.js';
import type { Scrape } from './scrape.js';
import type { CameraSource } from './sources.js';

const metrics: readonly MetricOf<ReceptionStatistics>[] = [
  {
    ...{ type: 'gauge', name: 'receiver_loss_ratio', labelNames: [] },
    help: 'Part of the packets that the receiver lost between its last two reports, 0 to 1.',
    samples: ({ fractionLost }) => one(fractionLost),
  },
  {
    // No counter: it falls when more packets were duplicated than lost.
    ...{ type: 'gauge', name: 'receiver_packets_lost', labelNames: [] },
    help: 'Packets that the receiver lost since it began to receive, less those that came twice.',
    samples: ({ packetsLost }) => one(packetsLost),
  },
  {
    ...{ type: 'gauge', name: 'receiver_jitter_seconds', labelNames: [] },
    help: "Mean deviation of the packets' travelling times.",
    samples: ({ jitterMs }) => one(jitterMs / 1e3),
  },
  {
    ...{ type: 'gauge', name: 'receiver_round_trip_seconds', labelNames: [] },
    help: 'To the receiver and back. Absent until it has seen a report.',
    samples: ({ roundTripMs }) => (roundTripMs === undefined ? [] : one(roundTripMs / 1e3)),
  },
];

/** Of those that the RTCP session knows, which are few. */
export function addReceiverMetrics(scrape: Scrape, cameras: readonly CameraSource[]): void {
  const things = cameras.flatMap(({ name: camera, rtp }) =>
    (rtp.rtcp?.receivers ?? []).map((thing) => ({ labels: { camera, ssrc: hex32(thing.ssrc) }, thing })),
  );
  addMetrics(scrape, metrics, ['camera', 'ssrc'], things);
}

function hex32(ssrc: number): string {
  return `0x${ssrc.toString(16).padStart(8, '0')}`;
}
