/**
 * Where libcamera's moving test bars stand: the column at which black meets white, the sharpest edge of the first
 * row. They move one column to the left with each frame, so this proves order, loss and repetition.
 */
export function barsPosition(luma: Uint8Array, width: number): number {
  let position = 0;
  let sharpest = -Infinity;
  for (let column = 0; column < width; column++) {
    const step = (luma[(column + 1) % width] ?? 0) - (luma[column] ?? 0);
    if (step > sharpest) [sharpest, position] = [step, column];
  }
  return position;
}
