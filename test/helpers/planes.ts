import assert from 'node:assert/strict';
import type { ChromaSampling } from '../../lib/jpeg/index.js';

/** How a decoder lays a picture out in its raw output. */
export interface RawLayout {
  readonly frameBytes: number;
  readonly planes: readonly { offset: number; stride: number; width: number; height: number }[];
}

const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;

function layoutOf(
  strides: readonly number[],
  rows: readonly number[],
  width: number,
  height: number,
  sampling: ChromaSampling,
): RawLayout {
  const chroma = {
    width: Math.ceil(width / 2),
    height: sampling === '4:2:0' ? Math.ceil(height / 2) : height,
  };
  let offset = 0;
  const planes = [{ width, height }, chroma, chroma].map((size, i) => {
    const plane = { offset, stride: strides[i] ?? 0, ...size };
    offset += (strides[i] ?? 0) * (rows[i] ?? 0);
    return plane;
  });
  return { frameBytes: offset, planes };
}

/** FFmpeg's rawvideo: no padding. */
export function ffmpegLayout(width: number, height: number, sampling: ChromaSampling): RawLayout {
  const columns = Math.ceil(width / 2);
  const rows = sampling === '4:2:0' ? Math.ceil(height / 2) : height;
  return layoutOf([width, columns, columns], [height, rows, rows], width, height, sampling);
}

/** GStreamer's I420 and Y42B: rows padded to 4 bytes, I420 with an even number of rows. */
export function gstreamerLayout(width: number, height: number, sampling: ChromaSampling): RawLayout {
  if (sampling === '4:2:2') {
    const columns = roundUp(width, 8) / 2;
    return layoutOf([roundUp(width, 4), columns, columns], [height, height, height], width, height, sampling);
  }
  const columns = roundUp(roundUp(width, 2) / 2, 4);
  const rows = roundUp(height, 2) / 2;
  return layoutOf(
    [roundUp(width, 4), columns, columns],
    [roundUp(height, 2), rows, rows],
    width,
    height,
    sampling,
  );
}

/**
 * Fails when a plane of one picture differs from the other's in a single byte. The second may be larger: RFC 2435
 * carries sizes in units of 8, and what is beyond the first one's size is not compared.
 */
export function assertSamePlanes(
  expected: Buffer,
  expectedLayout: RawLayout,
  actual: Buffer,
  actualLayout: RawLayout,
  what: string,
): void {
  for (const [i, plane] of expectedLayout.planes.entries()) {
    const other = actualLayout.planes[i];
    assert.ok(
      other && other.width >= plane.width && other.height >= plane.height,
      `${what}: plane ${String(i)} is too small`,
    );
    for (let row = 0; row < plane.height; row++) {
      const at = plane.offset + row * plane.stride;
      const otherAt = other.offset + row * other.stride;
      const difference = expected.compare(actual, otherAt, otherAt + plane.width, at, at + plane.width);
      if (difference !== 0)
        assert.fail(`${what}: plane ${'Y Cb Cr'.split(' ')[i] ?? ''} differs in row ${String(row)}`);
    }
  }
}
