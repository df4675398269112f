import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';

const [firstPort, pairs] = [10_000, 11_000]; // below those that the kernel gives to who asks for none in particular

let given = 0;

/**
 * An even UDP port that is free, and so is the odd one above it, where FFmpeg expects RTCP. It stays free until somebody
 * binds it: processes that run at the same time are given others.
 */
export async function freeRtpPort(): Promise<number> {
  for (;;) {
    const even = firstPort + 2 * ((process.pid * 61 + given++) % pairs);
    try {
      await bindOnce(even);
      await bindOnce(even + 1);
      return even;
    } catch {
      // One of the two is taken: try others.
    }
  }
}

/** A TCP port of 127.0.0.1 that nobody listens on. */
export async function freeTcpPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function bindOnce(port: number): Promise<void> {
  const socket = createSocket({ type: 'udp6', ipv6Only: false });
  socket.bind(port);
  await once(socket, 'listening');
  socket.close();
}

/**
 * Whether some process listens on the UDP port, of IPv4 or IPv6.
 *
 * @param processId - on the host that this process runs on
 */
export function isListening(port: number, processId = process.pid): boolean {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['udp', 'udp6'].some((protocol) =>
    readFileSync(`/proc/${String(processId)}/net/${protocol}`, 'utf8')
      .split('\n')
      .some((line) => line.trim().split(/\s+/)[1]?.endsWith(suffix)),
  );
}
