/** Pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * The size of a picture by its header and by the session description (RFC 2435 sections 3.1.5 and 3.1.6).
 *
 * @param widthUnits - of 8 pixels; 0: the header can't say it
 * @param heightUnits - of 8 pixels; 0: the header can't say it
 * @param described - what the session description says; it counts as far as the header does not contradict
 * @returns nothing when nobody says it
 */
export function pictureSize(
  widthUnits: number,
  heightUnits: number,
  described: PictureSize | undefined,
): PictureSize | undefined {
  if (described && fits(widthUnits, described.width) && fits(heightUnits, described.height)) return described;
  if (widthUnits === 0 || heightUnits === 0) return undefined;
  return { width: 8 * widthUnits, height: 8 * heightUnits };
}

function fits(units: number, pixels: number): boolean {
  // Only the lower 8 bits: some senders write them where they should write 0, above 2040 pixels.
  return units === 0 || units === (Math.ceil(pixels / 8) & 0xff);
}
