/**
 * A camera's video by WebRTC.
 *
 * @packageDocumentation
 */
export {
  WebRtcOutput,
  type JoinOptions,
  type ToldCandidate,
  type WebRtcOutputEvents,
  type WebRtcOutputOptions,
  type WebRtcOutputStatistics,
} from './webrtc-output.js';
export type { VideoSize } from './answer.js';
export { pushStates, WhipPush, type PushStatus } from './whip-push.js';
export type { WebRtcViewer } from './webrtc-viewer.js';
export type { ViewerStatistics } from './viewer-meter.js';
