import type { CameraConfig, Config } from './config.js';

export const streamModes = ['webrtc', 'mjpeg-rtp', 'both'] as const;
export type StreamMode = (typeof streamModes)[number];

/** The configuration with what a mode leaves out taken away: as in the Go system the mode decides, not the file. */
export function withMode(config: Config, mode: StreamMode): Config {
  if (mode === 'mjpeg-rtp') return { ...config, video: undefined };
  const cameras = config.cameras.map((camera) => {
    const sendsRtp = mode === 'both' && camera.rtp.enabled;
    return sendsRtp ? camera : { ...camera, rtp: { ...camera.rtp, enabled: false, destinations: [] } };
  });
  return { ...config, cameras };
}

/** Those of the configuration that are streamed in one way or another. */
export function streamedCameras({ cameras, video }: Config): readonly CameraConfig[] {
  return cameras.filter(({ rtp }) => rtp.enabled || video !== undefined);
}
