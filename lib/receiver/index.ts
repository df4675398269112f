export { openReceiver, Receiver, type ReceiverStatistics } from './receiver.js';
export { parseReceiverSource, type ReceiverOptions } from './receiver-options.js';
export type { LatencyQuantiles, LatencyStatistics } from './latency-meter.js';
export type { ReceivedFramesOptions } from './received-frames.js';
export type { RtcpResponderStatistics } from './rtcp-responder.js';
