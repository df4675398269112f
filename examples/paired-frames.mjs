// Saves the frames that two cameras took at the same time, as a stereo program needs them: pair-0001-first.jpg,
// pair-0001-second.jpg and so on. Frames are paired by their times of capture, at most half a frame apart.
//
//   node examples/paired-frames.mjs
//   node examples/paired-frames.mjs --first 0 --second 1 --count 100 --out pairs
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openCamera, pairFrames } from 'pi-camera-streamer';

const { values } = parseArgs({
  options: {
    first: { type: 'string', default: 'test' }, // '0' and '1' are the cameras of the board's connectors
    second: { type: 'string', default: 'test' },
    count: { type: 'string', default: '10' },
    out: { type: 'string', default: 'pairs' },
  },
});

await mkdir(values.out, { recursive: true });
const first = await openCamera({ device: values.first });
const second = await openCamera({ device: values.second });
let count = 0;
for await (const { frames, skewUs } of pairFrames([first, second])) {
  count += 1;
  const name = path.join(values.out, `pair-${String(count).padStart(4, '0')}`);
  // A pair stays as it is until the loop's next turn.
  await Promise.all([
    writeFile(`${name}-first.jpg`, frames[0].data),
    writeFile(`${name}-second.jpg`, frames[1].data),
  ]);
  console.log(`${name}: ${(skewUs / 1000).toFixed(2)} ms apart`);
  if (count === Number(values.count)) break;
}
await Promise.all([first.close(), second.close()]);
