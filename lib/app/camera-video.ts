import type { Logger } from 'pino';
import { outputSize, type CameraName, type VideoConfig } from '../config/index.js';
import { WebRtcOutput, type VideoSize, type WhipPush } from '../outputs/webrtc/index.js';
import { VideoFeed } from '../pipeline/index.js';
import { monotonicUs } from '../util/clock.js';
import { defaultCname } from '../util/cname.js';
import { LatencyHistogram } from '../util/latency-histogram.js';
import { makePush } from './camera-push.js';
import type { LiveConfig } from './live-config.js';

/** A camera's WebRTC: the encoder runs while somebody watches, as fast as the slowest viewer's way allows. */
export class CameraVideo {
  readonly output: WebRtcOutput;
  readonly feed: VideoFeed;
  /** From capture until a frame has been handed to all viewers. */
  readonly latency = new LatencyHistogram();
  /** To a media server; undefined where none is configured. */
  readonly push: WhipPush | undefined;
  #lastTrouble = '';

  constructor(name: CameraName, settings: LiveConfig, video: VideoConfig, logger: Logger) {
    const { webrtc } = settings.current;
    const { whip } = settings.camera(name);
    const { codec, bitrateBps } = video;
    this.output = new WebRtcOutput({
      ...{ name, codec, bitrateBps },
      minBitrateBps: webrtc.minBitrateBps,
      maxViewers: webrtc.maxClients,
      maxPacketBytes: webrtc.mtuBytes,
      timeoutMs: webrtc.timeoutMs,
      cname: defaultCname(),
      ...(webrtc.stunServer !== undefined && { stunServer: webrtc.stunServer }),
      ...(webrtc.bindAddress !== undefined && { bindAddress: webrtc.bindAddress }),
      ...(webrtc.portRange && { portRange: webrtc.portRange }),
    });
    this.feed = new VideoFeed(video, {
      take: (unit) => {
        this.output.take(unit);
        this.latency.add(monotonicUs() - unit.captureTimeUs);
      },
      onFailure: ({ code, message }, isOver) => {
        if (isOver) logger.error({ code }, `no video for viewers: ${message}`);
        else if (message !== this.#lastTrouble) logger.warn({ code }, `${message}; video goes on`);
        this.#lastTrouble = message;
      },
    });
    this.output
      .on('wanted', (isWanted) => {
        this.feed.setWanted(isWanted);
      })
      .on('keyframe', () => {
        this.feed.requestKeyframe();
      })
      .on('bitrate', (bitrateBps_) => {
        this.feed.setBitrate(bitrateBps_);
      });
    const size = (): VideoSize | undefined => {
      const camera = settings.camera(name);
      const picture = outputSize(camera);
      return picture && { ...picture, fps: camera.fps };
    };
    this.push = whip && makePush(name, whip, this.output, size, logger);
  }
}
