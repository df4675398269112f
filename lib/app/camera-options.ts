import type { CameraOptions } from '../camera/index.js';
import type { CameraConfig, SourceConfig } from '../config/index.js';

/** A camera of the configuration as openCamera() takes it. */
export function toCameraOptions(config: CameraConfig): CameraOptions {
  const { crop, scaleTo, sensorMode, tuningFile } = config;
  return {
    device: toDevice(config.source),
    width: config.width,
    height: config.height,
    fps: config.fps,
    quality: config.rtp.quality,
    flip: config.flipMethod,
    colorRange: config.colorRange,
    controls: config.controls,
    loop: config.loop,
    paced: config.paced,
    ...(crop && { crop }),
    ...(scaleTo && { target: scaleTo }),
    ...(sensorMode && { sensorMode }),
    ...(tuningFile !== undefined && { tuningFile }),
  };
}

function toDevice(source: SourceConfig): string {
  switch (source.kind) {
    case 'camera-id':
      return source.id;
    case 'camera-index':
      return String(source.index);
    case 'file':
      return `file:${source.path}`;
    default:
      return source.kind;
  }
}
