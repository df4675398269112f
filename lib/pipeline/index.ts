export {
  Pipeline,
  pipelineStates,
  type FrameOutput,
  type PipelineOptions,
  type PipelineState,
} from './pipeline.js';
export { VideoFeed, type VideoFeedHandlers } from './video-feed.js';
