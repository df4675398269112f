import { Pipeline, VideoFeed } from '../../pipeline/index.js';
import { monotonicUs } from '../../util/clock.js';
import { nonZero, round } from '../report-values.js';
import type { DefaultOptions } from './default-options.js';
import { frameTimes, quantilesMs } from './frame-times.js';
import type { VideoFigures } from './report.js';
import type { Subject } from './stream-for.js';

type Counts = Readonly<ReturnType<VideoFeed['statistics']>>;

/** A camera whose frames become H.264, and no JPEG. */
export class MeasuredVideo implements Subject<VideoFigures> {
  readonly pipelines: readonly Pipeline[];
  readonly #feed: VideoFeed;
  #captureToEncodedUs = frameTimes();
  #before: Counts = {};
  #beganMs = 0;
  #trouble: string | undefined;

  /** @param hardware - whether hardware is tried before openh264 */
  constructor({ camera, video }: DefaultOptions, hardware: boolean) {
    this.#feed = new VideoFeed(
      { ...video, codec: 'h264', hardware },
      {
        take: ({ captureTimeUs }) => {
          this.#captureToEncodedUs.add(monotonicUs() - captureTimeUs);
        },
        onFailure: ({ message }) => {
          this.#trouble = message;
        },
      },
    );
    this.#feed.setWanted(true);
    const name = String(camera.device);
    this.pipelines = [new Pipeline({ name, camera, outputs: [], video: this.#feed })];
  }

  /** Why an encoder could not be used, or gave up. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Frames that hardware has encoded. */
  get byHardware(): number {
    return this.#feed.statistics().byHardware ?? 0;
  }

  begin(): void {
    this.#captureToEncodedUs = frameTimes();
    this.#before = this.#feed.statistics();
    this.#beganMs = performance.now();
  }

  figures(): VideoFigures {
    const seconds = (performance.now() - this.#beganMs) / 1000;
    const after = this.#feed.statistics();
    const grown = (name: keyof Counts): number => (after[name] ?? 0) - (this.#before[name] ?? 0);
    const encoded = grown('encoded');
    const bytes = grown('bytes');
    return {
      fps: round(encoded / seconds, 2),
      encoded,
      dropped: nonZero({ encoderBusy: grown('droppedEncoder'), noSlot: grown('droppedNoSlot') }),
      encodeMeanMs: encoded > 0 ? round(grown('encodeTimeUs') / encoded / 1000, 3) : null,
      captureToEncodedMs: quantilesMs(this.#captureToEncodedUs.quantiles()),
      frameBytes: round(bytes / Math.max(encoded, 1), 0),
      bitrateKbps: round((bytes * 8) / 1000 / seconds, 0),
    };
  }
}
