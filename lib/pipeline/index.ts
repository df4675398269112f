export { Pipeline, type FrameOutput, type PipelineOptions, type PipelineState } from './pipeline.js';
