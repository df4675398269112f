export {
  Pipeline,
  pipelineStates,
  type FrameOutput,
  type PipelineOptions,
  type PipelineState,
} from './pipeline.js';
