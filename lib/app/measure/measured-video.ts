import { Pipeline, VideoFeed } from '../../pipeline/index.js';
import { monotonicUs } from '../../util/clock.js';
import { nonZero, round } from '../report-values.js';
import type { DefaultOptions } from './default-options.js';
import { frameTimes, quantilesMs } from './frame-times.js';
import type { Outcome, ProcessFigures, VideoFigures, VideoMeasurement, Wanted } from './report.js';
import { streamFor, type MeasureLimits, type Subject } from './stream-for.js';

type Counts = Readonly<ReturnType<VideoFeed['statistics']>>;

/** A camera whose frames become H.264, and no JPEG. */
class MeasuredVideo implements Subject<VideoFigures> {
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

type VideoOutcome = Outcome<VideoFigures & ProcessFigures>;

/**
 * Measures H.264 by hardware, and by openh264. Without hardware openh264 takes its place at once, so that there is only
 * one measurement.
 */
export async function measureH264(
  options: DefaultOptions,
  wanted: Wanted,
  limits: MeasureLimits,
): Promise<VideoMeasurement[]> {
  const first = new MeasuredVideo(options, true);
  const firstOutcome = await encode(first, wanted, limits);
  const { byHardware, trouble = 'there is no hardware encoder of H.264 that can be used' } = first;
  const isHardware = byHardware > 0;
  const hardware = isHardware && first.trouble === undefined ? firstOutcome : failed(trouble);
  const software = isHardware
    ? await encode(new MeasuredVideo(options, false), wanted, limits)
    : firstOutcome;
  return [
    { ...wanted, encoder: 'hardware', ...hardware },
    { ...wanted, encoder: 'openh264', ...software },
  ];
}

async function encode(video: MeasuredVideo, wanted: Wanted, limits: MeasureLimits): Promise<VideoOutcome> {
  const outcome = await streamFor(video, wanted, limits);
  return outcome.figures?.encoded === 0 ? failed(video.trouble ?? 'no frame was encoded') : outcome;
}

function failed(failure: string): VideoOutcome {
  return { figures: null, failure };
}
