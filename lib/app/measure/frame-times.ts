import { RecentValues } from '../../util/recent-values.js';
import { round } from '../report-values.js';
import type { Quantiles } from './report.js';

/** Ten minutes at twice the rate that cameras are asked for. */
const maxFrames = 36_000;

/** For how long something took, frame by frame. */
export function frameTimes(): RecentValues {
  return new RecentValues(maxFrames);
}

/** @param quantilesUs - microseconds; undefined where there is no value */
export function quantilesMs(
  quantilesUs: { readonly p50: number; readonly p99: number } | undefined,
): Quantiles | null {
  if (!quantilesUs) return null;
  return { median: round(quantilesUs.p50 / 1000, 3), p99: round(quantilesUs.p99 / 1000, 3) };
}
