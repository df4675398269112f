import type { CameraOptions } from '../camera/index.js';
import type { CameraConfig, RtpConfig, SourceConfig } from '../config/index.js';

/** A camera of the configuration as openCamera() takes it. */
export function toCameraOptions(config: CameraConfig, rtp: RtpConfig): CameraOptions {
  const { crop, scaleTo, sensorMode, syncMode, tuningFile } = config;
  const { profile, restartInterval, encodeThreads } = config.rtp;
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
    subFrame: rtp.subFrame,
    ...(profile === 'restart' && { restartInterval, encodeThreads }),
    ...(crop && { crop }),
    ...(scaleTo && { target: scaleTo }),
    ...(sensorMode && { sensorMode }),
    ...(syncMode && { syncMode }),
    ...(tuningFile !== undefined && { tuningFile }),
  };
}

/** As `device` in the configuration. */
export function toDevice(source: SourceConfig): string {
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
