import assert from 'node:assert/strict';
import type { ChromaSampling } from '../../lib/jpeg/index.js';
import {
  decodeScan,
  encodeInterval,
  flatMcu,
  intervalsOf,
  someMcus,
  type Mcu,
} from '../jpeg/entropy-coding.js';
import { restartPackets, TestReceiver, type RestartFrame } from './received.js';

/** 6x5 MCUs of 4:2:0, the last row and column cut: 10 intervals of half a row. */
export const picture = {
  sampling: '4:2:0' as ChromaSampling,
  size: { width: 90, height: 70 },
  widthUnits: 12,
  heightUnits: 9,
  mcus: 30,
  restartInterval: 3,
};

export type Picture = typeof picture;

export interface MadeFrame {
  readonly mcus: readonly Mcu[];
  readonly packets: Uint8Array[];
}

/** A frame of its own content, at 30 frames a second. */
export function frameOf(
  number: number,
  options: Partial<RestartFrame> = {},
  shape: Picture = picture,
): MadeFrame {
  const { sampling, restartInterval, widthUnits, heightUnits } = shape;
  const mcus = someMcus(shape.mcus, sampling, number);
  const intervals = intervalsOf(mcus, restartInterval).map((interval) => encodeInterval(interval, sampling));
  const base = { sampling, restartInterval, widthUnits, heightUnits, rtpTimestamp: 3000 * number, intervals };
  return { mcus, packets: restartPackets({ ...base, ...options }) };
}

/** Gives up what waits, and decodes every frame. */
export function finish(receiver: TestReceiver, shape: Picture = picture): Mcu[][] {
  receiver.depacketizer.advance(1e9);
  return receiver.frames.map(({ scan }) =>
    decodeScan(scan, shape.sampling, shape.mcus, shape.restartInterval),
  );
}

/** The same picture with these intervals from another one. */
export function patched(
  mcus: readonly Mcu[],
  from: readonly Mcu[],
  lost: readonly number[],
  shape: Picture = picture,
): Mcu[] {
  const isLost = (i: number): boolean => lost.includes(Math.floor(i / shape.restartInterval));
  return mcus.map((mcu, i) => (isLost(i) ? (from[i] ?? assert.fail()) : mcu));
}

export const grey = Array.from({ length: 30 }, () => flatMcu('4:2:0'));

export function receiverOf(options: ConstructorParameters<typeof TestReceiver>[0] = {}): TestReceiver {
  return new TestReceiver({ size: picture.size, ...options });
}
