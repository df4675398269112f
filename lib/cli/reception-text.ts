import type { LatencyQuantiles, ReceiverStatistics } from '../receiver/index.js';

/** A receiver's statistics in one line. */
export function describeReception(statistics: ReceiverStatistics): string {
  const { framesComplete, framesConcealed, framesLost, packetsReceived, packetsLost, jitterMs, latency } =
    statistics;
  if (statistics.ssrc === undefined)
    return `no stream yet, ${String(packetsReceived)} packets of something else`;
  const concealed = framesConcealed > 0 ? `, ${String(framesConcealed)} of them concealed` : '';
  return [
    `${String(framesComplete + framesConcealed)} frames${concealed}, ${String(framesLost)} lost`,
    `${String(packetsReceived)} packets, ${String(packetsLost)} lost, jitter ${jitterMs.toFixed(2)} ms`,
    ...stage('capture to first packet', latency.captureToFirstPacket),
    ...stage('to last packet', latency.captureToLastPacket),
    ...stage('to frame', latency.captureToFrame),
  ].join(' · ');
}

function stage(name: string, latency: LatencyQuantiles | undefined): string[] {
  return latency ? [`${name} ${latency.p50Ms.toFixed(1)} ms (p99 ${latency.p99Ms.toFixed(1)})`] : [];
}
