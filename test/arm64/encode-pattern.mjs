// Prints the SHA-256 of frames of the test pattern as JPEG, without the part that shows the time of capture.
//   node encode-pattern.mjs PACKAGE-FOLDER FRAMES
import { createHash } from 'node:crypto';

const [folder, count] = process.argv.slice(2);
const { openCamera } = await import(`${folder}/dist/index.js`);
const crop = { x: 128, y: 0, width: 0, height: 0 };
const camera = await openCamera({ device: 'test', width: 640, height: 480, crop, paced: false });
const hash = createHash('sha256');
let frames = 0;
for await (const { data, sequence } of camera.frames()) {
  hash.update(`${sequence} `).update(data);
  if (++frames === Number(count)) break;
}
await camera.close();
console.log(JSON.stringify({ arch: process.arch, frames, sha256: hash.digest('hex') }));
