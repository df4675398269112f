import { z } from 'zod';
import { StreamerError } from '../errors/index.js';
import type { StreamedCamera, Streamer } from './streamer.js';

export const cameraParams = z.object({ id: z.string().describe('Such as camera1') });

/** @throws StreamerError ERR_NOT_FOUND */
export function cameraById({ cameras }: Streamer, id: string): StreamedCamera {
  const camera = cameras.find((other) => other.id === id);
  if (camera) return camera;
  const known = cameras.map((other) => other.id).join(', ');
  throw new StreamerError('ERR_NOT_FOUND', `there is no such camera; there is ${known}`);
}
