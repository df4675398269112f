import type { Block } from './webrtc-page.js';

const turn = 2 * Math.PI;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Mean difference of colours from those that the test pattern has there (native/sources/test_pattern.cpp), 0..255. */
export function colourError(blocks: readonly Block[], sequence: number, { width, height }: Size): number {
  const errors = blocks.flatMap(({ x, y, rgb }) => {
    const expected = meanColour(x, y, sequence, width, height);
    return rgb.map((value, i) => Math.abs(value - (expected[i] ?? 0)));
  });
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

/** Of 8 x 8 pixels. */
function meanColour(left: number, top: number, sequence: number, width: number, height: number): number[] {
  const sum = [0, 0, 0];
  for (let y = top; y < top + 8; y++)
    for (let x = left; x < left + 8; x++)
      colourAt(x, y, sequence, width, height).forEach((value, i) => (sum[i] = (sum[i] ?? 0) + value / 64));
  return sum;
}

/** Of the first frame, beside the mark. */
export function lumaAt(x: number, y: number, { width, height }: Size): number {
  const u = x / width - 0.5;
  const v = y / height - 0.5;
  const rings = Math.cos(turn * 40 * (u * u * (width / height) ** 2 + v * v));
  return 128 + 60 * rings + 50 * Math.sin(turn * (2 * u + v));
}

/** The pattern is a window into itself that moves two pixels with each frame. */
function colourAt(x: number, y: number, sequence: number, width: number, height: number): number[] {
  const chromaWidth = width / 2;
  const shift = sequence % chromaWidth;
  const luma = lumaAt((x + 2 * shift) % width, y, { width, height });
  const column = (Math.floor(x / 2) + shift) % chromaWidth;
  const fade = 0.4 + (0.6 * Math.floor(y / 2)) / (height / 2);
  const [cb = 0, cr = 0] = [0, 0.25].map(
    (part) => 100 * fade * Math.cos(turn * (column / chromaWidth + part)),
  );
  const rgb = [luma + 1.402 * cr, luma - 0.344136 * cb - 0.714136 * cr, luma + 1.772 * cb];
  return rgb.map((value) => Math.min(Math.max(value, 0), 255));
}
