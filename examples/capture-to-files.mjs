// Writes frames of a camera to JPEG files: frame-0001.jpg, frame-0002.jpg and so on.
//
//   node examples/capture-to-files.mjs
//   node examples/capture-to-files.mjs --device auto --count 100 --out photos
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openCamera } from 'pi-camera-streamer';

const { values } = parseArgs({
  options: {
    device: { type: 'string', default: 'test' }, // 'auto' is the first camera
    count: { type: 'string', default: '10' },
    out: { type: 'string', default: 'frames' },
  },
});

await mkdir(values.out, { recursive: true });
const camera = await openCamera({ device: values.device });
let count = 0;
// A disk that is slower than the camera holds nothing up: the frames in between are left out.
for await (const frame of camera.frames()) {
  count += 1;
  const file = path.join(values.out, `frame-${String(count).padStart(4, '0')}.jpg`);
  await writeFile(file, frame.data); // which stays as it is until the loop's next turn
  console.log(`${file}: frame ${frame.sequence}, ${frame.width}x${frame.height}, ${frame.byteLength} bytes`);
  if (count === Number(values.count)) break;
}
await camera.close();
