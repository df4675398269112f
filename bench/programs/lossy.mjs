// A network that loses packets at random: prints its port, and passes what comes on.
//   node lossy.mjs TO_PORT LOSS_PERCENT
import { createSocket } from 'node:dgram';

const [to, percent] = process.argv.slice(2).map(Number);
const socket = createSocket({ type: 'udp4', recvBufferSize: 2 ** 22 });
socket.on('message', (packet) => {
  if (Math.random() * 100 >= percent) socket.send(packet, to, '127.0.0.1');
});
socket.bind(0, '127.0.0.1', () => console.log(socket.address().port));
process.on('SIGTERM', () => socket.close());
