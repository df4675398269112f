import type { CameraSource } from '../../lib/metrics/index.js';
import { FrameMeter } from '../../lib/app/frame-meter.js';
import { Pipeline, RtpOutput, type RtpOutputOptions } from '../../lib/index.js';

/** What is known of a camera that has sent so many frames of the test pattern to nobody. */
export async function streamed(
  name: string,
  frames: number,
  options: Partial<RtpOutputOptions> = {},
): Promise<CameraSource> {
  const output = new RtpOutput({ host: '127.0.0.1', port: 9, ...options });
  const meter = new FrameMeter();
  const camera = { device: 'test', fps: 100, quality: 80, width: 320, height: 240 };
  const pipeline = new Pipeline({
    ...{ name, camera, outputs: [output], maxFrames: frames },
    onFrame: (frame) => {
      meter.observe(frame);
    },
  });
  await pipeline.run();
  const { captureLatency, queueLatency, encodeLatency, jpegBytes, lastQuality: quality } = meter;
  return {
    ...{ name, state: pipeline.state, restarts: pipeline.restarts, capture: pipeline.captureStatistics },
    ...{ captureLatency, queueLatency, encodeLatency, jpegBytes, quality },
    rtp: output.statistics(),
    preview: { clients: 2, framesSent: 70, framesSkipped: 5, clientsStuck: 1 },
    video: {
      webrtc: { viewersJoined: 3, viewersRefused: 1, bitrateBps: 8e5, keyframesForced: 2, viewers: [] },
      encoding: {
        encoded: 60,
        byHardware: 10,
        keyframes: 2,
        bytes: 9000,
        encodeTimeUs: 3e5,
        droppedEncoder: 4,
      },
    },
  };
}
