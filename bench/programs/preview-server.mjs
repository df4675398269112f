// A plain server of MJPEG over HTTP that sends what is in memory: a streamer's load on the network without a streamer.
//   node preview-server.mjs FILE.y4m FPS
// Prints its port, and serves until it is ended.
import { createServer } from 'node:http';
import { openCamera } from '../../dist/index.js';

const [file, fps] = process.argv.slice(2);
const camera = await openCamera({ device: `file:${file}`, colorRange: 'full', paced: false, loop: false });
const jpegs = [];
for await (const frame of camera.frames()) jpegs.push(Buffer.from(frame.data));
await camera.close();

const clients = new Set();
const server = createServer((_request, response) => {
  response.writeHead(200, { 'Content-Type': 'multipart/x-mixed-replace; boundary=frame' });
  clients.add(response);
  response.once('close', () => clients.delete(response));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));

const begin = performance.now();
const sendFrom = (count) => {
  const jpeg = jpegs[count % jpegs.length];
  for (const client of clients) {
    if (client.writableLength > 0) continue;
    client.write(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
    client.write(jpeg);
    client.write('\r\n');
  }
  setTimeout(sendFrom, begin + ((count + 1) * 1000) / fps - performance.now(), count + 1);
};
sendFrom(0);
