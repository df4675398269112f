export { Camera, openCamera, type CaptureStatistics } from './camera.js';
export { Frame, type FrameCopy, type SensorMetadata } from './frame.js';
export type { CameraEvents, EncodingSettings, FrameConsumer } from './frame-consumer.js';
export { pairFrames, type FramePair, type FramePairOptions } from './frame-pairs.js';
export { SkewMeter, type SkewStatistics } from './skew-meter.js';
export type { SyncMode } from './sync-mode.js';
export type { FrameIteratorOptions } from './frame-iterator.js';
export { listCameras } from './list-cameras.js';
export type { CameraOptions } from './open-source.js';
export type {
  CameraDescription,
  ControlDescription,
  ControlValue,
  PixelSize,
  SensorMode,
} from '../native/camera-addon.js';
export type { CapturePlan, CropRectangle, Flip } from '../native/core-addon.js';
