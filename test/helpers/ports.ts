import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** An even UDP port that is free, and so is the odd one above it, where FFmpeg expects RTCP. */
export async function freeRtpPort(): Promise<number> {
  for (;;) {
    const port = await bindOnce(0);
    const even = port - (port % 2);
    try {
      await bindOnce(even);
      await bindOnce(even + 1);
      return even;
    } catch {
      // One of the two is taken: try others.
    }
  }
}

async function bindOnce(port: number): Promise<number> {
  const socket = createSocket({ type: 'udp6', ipv6Only: false });
  socket.bind(port);
  await once(socket, 'listening');
  const { port: bound } = socket.address();
  socket.close();
  return bound;
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
