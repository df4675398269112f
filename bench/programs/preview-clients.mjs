// Clients of a preview: one that is stuck, three that are slow, five that are not. Until they are ended.
//   node preview-clients.mjs PORT PATH
import { connect } from 'node:net';

const [port, path] = process.argv.slice(2);
const slowBytesPerSecond = 300_000;

for (const bytesPerSecond of [0, ...Array(3).fill(slowBytesPerSecond), ...Array(5).fill(Infinity)]) {
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => process.exit());
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  if (bytesPerSecond === 0) {
    socket.pause();
    continue;
  }
  socket.on('data', ({ length }) => {
    if (bytesPerSecond === Infinity) return;
    socket.pause();
    setTimeout(() => socket.resume(), (1000 * length) / bytesPerSecond);
  });
}
