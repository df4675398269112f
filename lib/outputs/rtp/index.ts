export { RtpOutput, type RtpOutputStatistics } from './rtp-output.js';
export type { DestinationStatistics } from './destination.js';
export type { RateChange, RateOptions, RateStatistics } from './rate-controller.js';
export type { RtcpStatistics } from './rtcp-reporter.js';
export type { PacingOptions, RtcpOptions, RtpDestination, RtpOutputOptions } from './rtp-output-options.js';
export type { RemovedStatistics } from './removed-destinations.js';
export type {
  DepartureErrors,
  PacketSocketState,
  UdpCounters,
  UdpStatistics,
} from '../../net/packet-socket.js';
export type { ReceptionStatistics } from '../../rtcp/index.js';
export type { LatencyHistogram } from '../../util/latency-histogram.js';
