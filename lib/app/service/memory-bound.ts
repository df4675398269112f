import type { CameraConfig } from '../../config/index.js';

const mebibyte = 2 ** 20;

/** Of the process and everything in it but pictures: V8's heap within its bound, code, clients of the web server. */
const baseBytes = 192 * mebibyte;
const cameraBytes = 16 * mebibyte;
/** Slots for JPEGs (11 bytes a pixel were measured), a copy for viewers, the video encoder's pictures. */
const bytesPerPixel = 40;
/** A file has its own size, which is known when it is opened. */
const unknownPixels = 1920 * 1080;
/** Of the machine's, as the bound for all that goes wrong: the rest of the system lives on. */
const largestShare = 0.6;
/** Above `high` the kernel takes memory back and slows the process down, at `max` it ends it. */
const maxOverHigh = 1.25;

/** V8's, in MiB: measured with two cameras under attack, where without a bound it grows until it pleases to collect. */
const heapMebibytes = 48;
const heapMebibytesPerFurtherCamera = 8;

export interface MemoryBound {
  readonly highMebibytes: number;
  readonly maxMebibytes: number;
  /** Of V8's old space. */
  readonly heapMebibytes: number;
}

type Sized = Pick<CameraConfig, 'source' | 'width' | 'height'>;

/** @param totalBytes - of this machine's RAM */
export function memoryBound(cameras: readonly Sized[], totalBytes: number): MemoryBound {
  const pixels = cameras.reduce((sum, camera) => sum + pixelsOf(camera), 0);
  const wantedBytes = (baseBytes + cameras.length * cameraBytes + pixels * bytesPerPixel) * maxOverHigh;
  const maxBytes = Math.min(wantedBytes, totalBytes * largestShare);
  return {
    highMebibytes: Math.floor(maxBytes / maxOverHigh / mebibyte),
    maxMebibytes: Math.floor(maxBytes / mebibyte),
    heapMebibytes: heapMebibytes + Math.max(cameras.length - 2, 0) * heapMebibytesPerFurtherCamera,
  };
}

function pixelsOf({ source, width, height }: Sized): number {
  return source.kind === 'file' ? unknownPixels : width * height;
}
