import type { RawLayout } from './planes.js';

/** Mean difference, in levels, of each plane of one picture to another's, which may be larger. */
export function meanErrors(
  expected: Uint8Array,
  expectedLayout: RawLayout,
  actual: Uint8Array,
  actualLayout: RawLayout,
): number[] {
  return expectedLayout.planes.map((plane, i) => {
    const other = actualLayout.planes[i];
    let sum = 0;
    for (let row = 0; row < plane.height; row++) {
      const at = plane.offset + row * plane.stride;
      const otherAt = (other?.offset ?? 0) + row * (other?.stride ?? 0);
      for (let column = 0; column < plane.width; column++) {
        sum += Math.abs((expected[at + column] ?? 0) - (actual[otherAt + column] ?? 0));
      }
    }
    return sum / (plane.width * plane.height);
  });
}
