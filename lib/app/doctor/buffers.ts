import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { packetSocketDefaults } from '../../net/packet-socket.js';
import { receiveBufferBytes } from '../../net/receive-socket.js';
import type { CheckResult } from './finding.js';

/** Bytes that a socket may buffer. */
export interface BufferBytes {
  readonly send: number;
  readonly receive: number;
}

const wanted: BufferBytes = { send: packetSocketDefaults.sendBufferBytes, receive: receiveBufferBytes };

const limits = [
  { direction: 'send', sysctl: 'net.core.wmem_max', purpose: 'sending' },
  { direction: 'receive', sysctl: 'net.core.rmem_max', purpose: 'the command receive' },
] as const;

/** How much the kernel lets a socket buffer, against what is asked for. */
export async function checkBuffers(granted?: BufferBytes): Promise<CheckResult> {
  const bytes = granted ?? (await askSocket());
  const short = limits.filter(({ direction }) => bytes[direction] < wanted[direction]);
  if (short.length === 0)
    return { status: 'ok', title: 'sockets may buffer as much as they ask for', details: [] };
  return {
    status: 'note',
    title: 'sockets may buffer less than they ask for: more is lost when a network or a receiver stalls',
    details: short.map(
      ({ direction, sysctl, purpose }) =>
        `${purpose} asks for ${String(wanted[direction])} bytes and gets ${String(bytes[direction])} (${sysctl})`,
    ),
    remedy: `sudo sysctl -w ${short.map(({ direction, sysctl }) => `${sysctl}=${String(wanted[direction])}`).join(' ')}`,
  };
}

/** The limits themselves can't be read in a container. */
async function askSocket(): Promise<BufferBytes> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  try {
    await once(socket, 'listening');
    socket.setSendBufferSize(wanted.send);
    socket.setRecvBufferSize(wanted.receive);
    // man 7 socket: twice of what was granted, for the kernel's own needs.
    return { send: socket.getSendBufferSize() / 2, receive: socket.getRecvBufferSize() / 2 };
  } finally {
    socket.close();
  }
}
