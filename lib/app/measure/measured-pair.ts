import { SkewMeter, type Frame } from '../../camera/index.js';
import type { Pipeline } from '../../pipeline/index.js';
import type { DefaultOptions } from './default-options.js';
import { quantilesMs } from './frame-times.js';
import { MeasuredStream } from './measured-stream.js';
import type { TogetherFigures } from './report.js';
import type { Subject } from './stream-for.js';

/** Two cameras that stream JPEG by RTP at the same time. */
export class MeasuredPair implements Subject<TogetherFigures> {
  readonly pipelines: readonly Pipeline[];
  readonly #streams: readonly MeasuredStream[];
  readonly #skew: SkewMeter;

  constructor(first: DefaultOptions, second: DefaultOptions, fps: number) {
    this.#skew = new SkewMeter(fps);
    const observe =
      (side: 0 | 1) =>
      ({ captureTimeUs }: Frame): void => {
        this.#skew.observe(side, captureTimeUs);
      };
    this.#streams = [new MeasuredStream(first, observe(0)), new MeasuredStream(second, observe(1))];
    this.pipelines = this.#streams.flatMap(({ pipelines }) => pipelines);
  }

  begin(): void {
    for (const stream of this.#streams) stream.begin();
  }

  figures(): TogetherFigures {
    const skew = this.#skew.statistics();
    return {
      streams: this.#streams.map((stream) => stream.figures()),
      skewMs: quantilesMs(skew && { p50: skew.p50Us, p99: skew.p99Us }),
    };
  }
}
