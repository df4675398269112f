import { flatIntervalBytes, writeFlatInterval } from './flat-interval.js';
import type { ChromaSampling } from './jpeg-parser.js';
import { restartMarker, type RestartIntervals } from './restart-intervals.js';

/** A scan, or parts of one: its restart intervals, and the memory in which they lie. */
export interface IntervalSource {
  readonly intervals: RestartIntervals;
  readonly bytes: Uint8Array;
}

/** How a scan is divided. */
export interface IntervalLayout {
  readonly sampling: ChromaSampling;
  /** Of the whole picture. */
  readonly mcus: number;
  /** In MCUs; the picture's last interval may have fewer. */
  readonly restartInterval: number;
}

const markerBytes = 2;

/** Bytes of what joinIntervals() writes. */
export function joinedBytes(sources: readonly IntervalSource[], layout: IntervalLayout): number {
  const count = intervalCount(layout);
  let bytes = markerBytes * (count - 1);
  for (let i = 0; i < count; i++) {
    const intervals = sourceOf(i, sources)?.intervals;
    bytes += intervals
      ? intervals.endOf(i) - intervals.beginOf(i)
      : flatIntervalBytes(layout.sampling, mcusOf(i, layout));
  }
  return bytes;
}

/**
 * Writes a scan without EOI. Each interval is taken from the first source that has it, and is grey when none has.
 *
 * @returns where it ends
 */
export function joinIntervals(
  target: Uint8Array,
  offset: number,
  sources: readonly IntervalSource[],
  layout: IntervalLayout,
): number {
  const count = intervalCount(layout);
  let at = offset;
  for (let i = 0; i < count; i++) {
    const source = sourceOf(i, sources);
    if (source) {
      const interval = source.bytes.subarray(source.intervals.beginOf(i), source.intervals.endOf(i));
      target.set(interval, at);
      at += interval.length;
    } else {
      at = writeFlatInterval(target, at, layout.sampling, mcusOf(i, layout));
    }
    if (i + 1 === count) break;
    target[at] = 0xff;
    target[at + 1] = restartMarker(i);
    at += markerBytes;
  }
  return at;
}

/** How many restart intervals a picture has. */
export function intervalCount({ mcus, restartInterval }: IntervalLayout): number {
  return Math.ceil(mcus / restartInterval);
}

function mcusOf(interval: number, { mcus, restartInterval }: IntervalLayout): number {
  return Math.min(restartInterval, mcus - interval * restartInterval);
}

function sourceOf(interval: number, sources: readonly IntervalSource[]): IntervalSource | undefined {
  return sources.find(({ intervals }) => intervals.has(interval));
}
