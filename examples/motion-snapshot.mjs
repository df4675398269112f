// Saves a snapshot whenever the picture changes: snapshot-0001.jpg and so on. It looks some times a second, at a small
// grey picture, and compares that with the one before. It decodes by sharp, which does not come with this package:
// npm install sharp.
//
//   node examples/motion-snapshot.mjs
//   node examples/motion-snapshot.mjs --device auto --threshold 10 --out snapshots --count 100
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openCamera } from 'pi-camera-streamer';
import sharp from 'sharp';

const { values } = parseArgs({
  options: {
    device: { type: 'string', default: 'test' }, // 'auto' is the first camera; the test pattern always moves
    threshold: { type: 'string', default: '5' }, // mean difference of the pixels, whose range is 0 to 255
    interval: { type: 'string', default: '200' }, // milliseconds from one look to the next
    count: { type: 'string', default: '10' },
    out: { type: 'string', default: 'snapshots' },
  },
});

const smallGrey = (jpeg) => sharp(jpeg).resize(64, 48, { fit: 'fill' }).greyscale().raw().toBuffer();

const meanDifference = (before, after) =>
  after.reduce((sum, value, i) => sum + Math.abs(value - before[i]), 0) / after.length;

await mkdir(values.out, { recursive: true });
const camera = await openCamera({ device: values.device });
let before;
let count = 0;
for await (const frame of camera.frames()) {
  const after = await smallGrey(frame.data);
  const difference = before ? meanDifference(before, after) : 0;
  before = after;
  if (difference > Number(values.threshold)) {
    count += 1;
    const file = path.join(values.out, `snapshot-${String(count).padStart(4, '0')}.jpg`);
    await writeFile(file, frame.data);
    console.log(`${file}: changed by ${difference.toFixed(1)}`);
    if (count === Number(values.count)) break;
  }
  await sleep(Number(values.interval));
}
await camera.close();
