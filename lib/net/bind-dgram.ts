import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { StreamerError } from '../errors/index.js';
import { interfaceAddress } from './interface-address.js';
import { packetSocketDefaults, type PacketSocketOptions } from './packet-socket.js';

/**
 * A socket of node's own, bound to its local address, with what of the options dgram can do.
 *
 * @throws StreamerError ERR_SOCKET
 */
export async function bindDgram(options: PacketSocketOptions): Promise<Socket> {
  const { address, localAddress, localPort, localPortShared } = { ...packetSocketDefaults, ...options };
  const type = isIPv6(address.split('%')[0] ?? '') ? 'udp6' : 'udp4';
  const socket = createSocket({ type, reuseAddr: localPortShared });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ port: localPort, ...(localAddress !== '' && { address: localAddress }) }, resolve);
    });
    setHeaderFields(socket, options);
  } catch (error) {
    socket.close();
    throw socketError(options, error);
  }
  socket.removeAllListeners('error');
  return socket;
}

function socketError(options: PacketSocketOptions, error: unknown): StreamerError {
  const { address, port, localPort = 0 } = options;
  const reason = error instanceof Error ? error.message : String(error);
  const message = `no UDP socket on local port ${String(localPort)} for ${address} port ${String(port)}: ${reason}`;
  return new StreamerError('ERR_SOCKET', message, error);
}

function setHeaderFields(socket: Socket, options: PacketSocketOptions): void {
  const { hopLimit, multicastInterface, multicastLoopback, sendBufferBytes } = {
    ...packetSocketDefaults,
    ...options,
  };
  socket.setSendBufferSize(sendBufferBytes);
  if (hopLimit > 0) {
    socket.setTTL(hopLimit);
    socket.setMulticastTTL(hopLimit);
  }
  socket.setMulticastLoopback(multicastLoopback);
  if (multicastInterface === '') return;
  const family = socket.address().family === 'IPv6' ? 6 : 4;
  socket.setMulticastInterface(interfaceAddress(family, multicastInterface));
}
