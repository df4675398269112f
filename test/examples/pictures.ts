import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import sharp from 'sharp';
import { readMark, type Mark } from '../helpers/oracle.js';
import { pictureSize } from '../helpers/streamer.js';

const { width, height } = pictureSize;

/** Decodes a JPEG of the test pattern. Fails when it is damaged, or is another picture. */
export async function markOf(jpeg: Buffer | string): Promise<Mark> {
  const decoder = sharp(jpeg, { failOn: 'warning' }).greyscale().raw();
  const { data, info } = await decoder.toBuffer({ resolveWithObject: true });
  const mark = readMark({ samples: data, stride: info.width, width: info.width, height: info.height });
  assert.ok(mark, 'no picture of the test pattern');
  return mark;
}

/** Mean of all pixels of a JPEG file, 0 to 255. */
export async function brightnessOf(file: string): Promise<number> {
  const { channels } = await sharp(readFileSync(file)).stats();
  return channels.reduce((sum, { mean }) => sum + mean, 0) / channels.length;
}

/** Writes a .y4m of full range that has one grey picture after the other. */
export function writeGreys(file: string, greys: readonly number[]): void {
  const header = `YUV4MPEG2 W${String(width)} H${String(height)} F30:1 C420jpeg XCOLORRANGE=FULL\n`;
  const pictures = greys.flatMap((grey) => [
    Buffer.from('FRAME\n'),
    Buffer.alloc(width * height, grey),
    Buffer.alloc((width * height) / 2, 128),
  ]);
  writeFileSync(file, Buffer.concat([Buffer.from(header), ...pictures]));
}
