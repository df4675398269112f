/**
 * Bytes go with the quantization tables' scale (RFC 2435 section 4.2) to the power of minus this: 0.37 to 0.64 was
 * measured of photographs and the test pattern, for qualities of 15 to 95.
 */
const exponent = 0.5;
/** A frame's weight among those before it. */
const smoothing = 0.25;
/** A frame that is so many times as large as expected shows another picture: what was known counts no more. */
const otherPicture = 2;
/** And so do two in a row that are so many times as large. */
const otherPictures = 1.2;

/** By quality: the factor by which a frame of quality 50 is larger. */
const sizeFactors = Array.from({ length: 101 }, (_, quality) => {
  const scalePercent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return (Math.max(scalePercent, 1) / 100) ** -exponent;
});

/** How large frames will be at any quality, by those that were sent. */
export class SizeModel {
  // Of a frame of quality 50; 0 before the first frame.
  #bytes = 0;
  #wasLarger = false;

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** Takes a frame into account. What grows counts at once, what shrinks little by little. */
  add(quality: number, frameBytes: number): void {
    const bytes = frameBytes / factorOf(quality);
    const isLarger = bytes > otherPictures * this.#bytes;
    if (bytes > otherPicture * this.#bytes || (isLarger && this.#wasLarger)) this.#bytes = bytes;
    else this.#bytes += (bytes - this.#bytes) * smoothing;
    this.#wasLarger = isLarger;
  }

  bytesAt(quality: number): number {
    return this.#bytes * factorOf(quality);
  }

  /** The highest quality of min..max at which frames have so many bytes at most; min, when there is none. */
  qualityFor(frameBytes: number, min: number, max: number): number {
    let quality = max;
    while (quality > min && this.bytesAt(quality) > frameBytes) quality -= 1;
    return quality;
  }
}

function factorOf(quality: number): number {
  return sizeFactors[quality] ?? 1;
}
