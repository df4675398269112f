// Encodes the test pattern to video, and prints what there is to compare with once it is decoded.
//   node encode-video.mjs PACKAGE-FOLDER CODEC FRAMES OUTPUT-FOLDER
// writes OUTPUT-FOLDER/video, raw H.264 or an IVF of VP8, and OUTPUT-FOLDER/last.jpg, its last frame as JPEG.
import { writeFileSync } from 'node:fs';

const [folder, codec, count, output] = process.argv.slice(2);
const { openCamera } = await import(`${folder}/dist/index.js`);
// Slow enough for an emulated processor.
const size = { width: 320, height: 240, fps: 5 };
const camera = await openCamera({ device: 'test', ...size });
const jpegs = new Map();
const units = [];
const options = {
  codec,
  hardware: false,
  bitrateBps: 1_000_000,
  keyframeInterval: 8,
  effort: 0,
  cpuUsed: -8,
};
const encoding = camera.encodeVideo(options, {
  take: ({ data, captureTimeUs, isKeyframe }) => {
    units.push({ data: Buffer.from(data), captureTimeUs, isKeyframe });
  },
  onFailure: (error) => {
    throw error;
  },
});
for await (const { data, captureTimeUs } of camera.frames()) {
  jpegs.set(captureTimeUs, Buffer.from(data));
  if (units.length >= Number(count) && jpegs.has(units.at(-1).captureTimeUs)) break;
}
await encoding.close();
await camera.close();
writeFileSync(`${output}/video`, codec === 'vp8' ? ivf() : Buffer.concat(units.map(({ data }) => data)));
writeFileSync(`${output}/last.jpg`, jpegs.get(units.at(-1).captureTimeUs));
const keyframes = units.flatMap(({ isKeyframe }, i) => (isKeyframe ? [i] : []));
console.log(JSON.stringify({ arch: process.arch, frames: units.length, keyframes }));

/** The frames in the simplest file that players take VP8 from. */
function ivf() {
  const header = Buffer.alloc(32);
  header.write('DKIF\0\0\x20\0VP80', 'latin1');
  header.writeUInt16LE(size.width, 12);
  header.writeUInt16LE(size.height, 14);
  header.writeUInt32LE(size.fps, 16);
  header.writeUInt32LE(1, 20);
  const frames = units.flatMap(({ data }, i) => {
    const head = Buffer.alloc(12);
    head.writeUInt32LE(data.length, 0);
    head.writeUInt32LE(i, 4);
    return [head, data];
  });
  return Buffer.concat([header, ...frames]);
}
