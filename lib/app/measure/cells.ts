import type { PixelSize } from '../../camera/index.js';
import type { Quantiles } from './report.js';

/** A table of Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(row).join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

export function sizeText({ width, height }: PixelSize): string {
  return `${String(width)}x${String(height)}`;
}

/** Median and 99 of 100. */
export function quantilesText(ms: Quantiles | null): string {
  return ms ? `${ms.median.toFixed(1)} (${ms.p99.toFixed(1)}) ms` : '-';
}

export function meanText(ms: number | null): string {
  return ms === null ? '-' : `${ms.toFixed(1)} ms`;
}

/** @param conditions - null where nothing is known */
export function throttledText(conditions: readonly string[] | null): string {
  return conditions === null ? '-' : conditions.join(', ') || 'no';
}
