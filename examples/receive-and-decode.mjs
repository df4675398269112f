// Receives a stream and decodes each frame to raw pixels, of which it prints the mean brightness, 0 to 255. It decodes by
// sharp, which does not come with this package: npm install sharp.
//
//   node examples/receive-and-decode.mjs
//   node examples/receive-and-decode.mjs --from rtp://0.0.0.0:5002 --count 300
import { parseArgs } from 'node:util';
import { openReceiver } from 'pi-camera-streamer';
import sharp from 'sharp';

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: 'rtp://0.0.0.0:5000' }, // or the file of a session description
    count: { type: 'string', default: '100' },
  },
});

const receiver = await openReceiver(values.from);
let count = 0;
// While a frame is decoded the next ones come; of those only the newest are kept, so that it never falls behind.
for await (const frame of receiver.frames()) {
  const { data, info } = await sharp(frame.data).raw().toBuffer({ resolveWithObject: true });
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length; // of red, green and blue alike
  console.log(`${info.width}x${info.height} brightness ${mean.toFixed(1)}`);
  if (++count === Number(values.count)) break;
}
const { framesComplete, framesLost } = receiver.statistics();
console.log(`${framesComplete} frames received, ${framesLost} lost`);
await receiver.close();
