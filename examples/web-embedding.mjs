// A camera in a web server of your own, until Ctrl+C: a page, single pictures, and MJPEG, which browsers show in <img>.
// The server is fastify, which a project of your own needs to have: npm install fastify.
//
//   node examples/web-embedding.mjs
//   node examples/web-embedding.mjs --device auto --host 0.0.0.0 --port 8081
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import fastify from 'fastify';
import { openCamera } from 'pi-camera-streamer';

const { values } = parseArgs({
  options: {
    device: { type: 'string', default: 'test' }, // 'auto' is the first camera
    host: { type: 'string', default: '127.0.0.1' }, // '0.0.0.0': whoever reaches this machine may look
    port: { type: 'string', default: '8081' },
  },
});

const camera = await openCamera({ device: values.device });
const server = fastify({ forceCloseConnections: true }); // one that looks on does not hold up the end

server.get('/', (_request, reply) => {
  reply.type('text/html').send('<!doctype html><title>Camera</title><img src="/stream.mjpeg" alt="camera">');
});

server.get('/snapshot.jpg', async (_request, reply) => {
  for await (const frame of camera.frames()) {
    return reply.type('image/jpeg').send(Buffer.from(frame.data)); // a copy: it is sent after the frame's end
  }
  return reply.code(503).send('the camera is closed');
});

/** Each frame as a part of the answer. A slow client is asked for the next one when it has taken the last. */
async function* parts() {
  for await (const frame of camera.frames()) {
    const head = `--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${frame.byteLength}\r\n\r\n`;
    yield Buffer.concat([Buffer.from(head), frame.data, Buffer.from('\r\n')]);
  }
}

// When the client leaves, the stream is destroyed, and with it ends the loop. A HEAD would read on without an end.
server.get('/stream.mjpeg', { exposeHeadRoute: false }, (_request, reply) => {
  const stream = Readable.from(parts(), { highWaterMark: 1 });
  reply.type('multipart/x-mixed-replace; boundary=frame').send(stream);
});

process.once('SIGINT', async () => {
  await camera.close();
  await server.close();
});
console.log(await server.listen({ host: values.host, port: Number(values.port) }));
