import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Connections at a time. Those that wait for a request give way to new ones, the oldest first. */
const maxConnections = 256;

/** Keeps idle connections from using up what others need: however many are opened and left, the next one is served. */
export function limitConnections(server: Server): void {
  // In the order in which they became idle.
  const idle = new Set<Socket>();
  // Requests without an answer: a connection may send the next ones before it has the first.
  const unanswered = new WeakMap<Socket, number>();
  let count = 0;
  server.on('connection', (socket: Socket) => {
    count += 1;
    idle.add(socket);
    socket.once('close', () => {
      count -= 1;
      idle.delete(socket);
    });
    if (count <= maxConnections) return;
    const [oldest = socket] = idle;
    oldest.destroy();
  });
  // Whoever takes a connection for another protocol bounds it.
  server.on('upgrade', ({ socket }: IncomingMessage) => idle.delete(socket));
  server.on('request', ({ socket }, response) => {
    idle.delete(socket);
    unanswered.set(socket, (unanswered.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (unanswered.get(socket) ?? 1) - 1;
      unanswered.set(socket, left);
      if (left === 0 && !socket.destroyed) idle.add(socket);
    });
  });
}
